Gem::Specification.new do |gem|
  gem.name = "greeting"
  gem.version = "1.0.0"
  gem.summary = "Makes greetings"
  gem.authors = ["tinyserv"]
  gem.files = ["lib/greeting.rb"]
end
