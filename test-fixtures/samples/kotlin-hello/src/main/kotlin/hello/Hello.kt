package hello

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress

/** Answers every GET with a greeting; needs Kotlin's library and the JDK. */
fun main() {
    val port = env("PORT", "8080").toInt()
    val server = HttpServer.create(InetSocketAddress("127.0.0.1", port), 0)
    server.createContext("/") { exchange ->
        val body = "Hello from ${env("TINYSERV_RELEASE", "here")} with Kotlin ${KotlinVersion.CURRENT}\n".toByteArray()
        exchange.sendResponseHeaders(200, body.size.toLong())
        exchange.responseBody.use { it.write(body) }
    }
    server.start()
}

private fun env(name: String, otherwise: String) = System.getenv(name) ?: otherwise
