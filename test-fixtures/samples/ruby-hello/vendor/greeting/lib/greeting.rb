# Makes greetings.
module Greeting
  def self.from(release, name)
    "Hello from #{release || "here"} #{name || "world"}\n"
  end
end
