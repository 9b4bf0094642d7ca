const port: number = Number(Deno.env.get("PORT"));
const release: string = Deno.env.get("TINYSERV_RELEASE") ?? "?";

Deno.serve({ port, hostname: "127.0.0.1" }, () => new Response(`Hello from ${release}, Deno ${Deno.version.deno}\n`));
