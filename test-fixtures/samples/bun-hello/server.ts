import greet from "tiny-greeting";

Bun.serve({
  port: Number(process.env.PORT),
  hostname: "127.0.0.1",
  fetch: () => new Response(`${greet(String(process.env.TINYSERV_RELEASE))}, Bun ${Bun.version}\n`),
});
