// What a bundler does, in two lines: the page that is developed with becomes the one that is served.
const fs = require("node:fs");

fs.mkdirSync("dist", { recursive: true });
fs.writeFileSync("dist/index.html", fs.readFileSync("index.html", "utf8").replace("main.ts", "main.js"));
