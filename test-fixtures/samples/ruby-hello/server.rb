# Answers every GET with a greeting; its one gem lies in this repository.
require "socket"
require "greeting"

$stdout.sync = true
server = TCPServer.new("127.0.0.1", Integer(ENV.fetch("PORT")))
puts "runs on ruby #{RUBY_VERSION}, #{ENV["RACK_ENV"]}"

loop do
  Thread.new(server.accept) do |client|
    nil until [nil, "\r\n"].include?(client.gets)
    body = Greeting.from(ENV["TINYSERV_RELEASE"], ENV["GREETING"])
    client.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: #{body.bytesize}\r\n" \
      "Connection: close\r\n\r\n#{body}")
  ensure
    client.close
  end
end
