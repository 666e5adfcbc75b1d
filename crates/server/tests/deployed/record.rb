# Records what the deployed service answers: see README.md beside this.
#
#   ruby record.rb CHECKOUT JSON_GEM > answers.jsonl
#
# CHECKOUT is one of github.com/cyber-dojo/start-points-base, JSON_GEM an unpacked and built json gem.

checkout, json_gem = ARGV
%w[lib ext/json/ext/parser ext/json/ext/generator].each { |path| $LOAD_PATH.unshift("#{json_gem}/#{path}") }
# The gem looks for its two libraries below json/ext.
def require(name)
  super(name.sub(%r{\Ajson/ext/(parser|generator)\z}, '\1'))
end
require 'json'
require 'net/http'
require 'rack'
require 'puma'
require 'puma/server'
require 'socket'
require 'stringio'
require "#{checkout}/app/src/rack_dispatcher"

class Starter
  private def start_points_dir = "#{__dir__}/#{ENV.fetch('IMAGE_TYPE')}"
end

def ask(port, request)
  socket = TCPSocket.new('127.0.0.1', port)
  body = request['body'].b
  head = "#{request['method']} #{request['path']} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
  head += "Content-Length: #{body.bytesize}\r\n" unless body.empty?
  socket.write(head.b + "\r\n" + body)
  answer = socket.read
  socket.close
  head, body = answer.split("\r\n\r\n".b, 2)
  body = body.force_encoding('UTF-8')
  # Where in Ruby it failed is nobody's to answer.
  body = body.sub(/,\n    "backtrace": \[.*\]\n  }\n}\z/m, "\n  }\n}")
  { 'status' => head[/\AHTTP\/1.1 (\d+)/, 1].to_i, 'type' => head[/^content-type: *(\S+?)\r?$/i, 1], 'body' => body }
end

PATHS = %w[alive ready sha names image_names manifests manifest].freeze

# Bodies that are no object of JSON, or are one in an unusual way.
BODIES = [
  '', '{}', ' {} ', "\n{\n}\n", '{"name":3}', '{"other":[1,2,{"a":null}]}', '{"a":1,"a":2}',
  '{"a":1.5e-3,"b":-0,"c":123456789012345678901234567890,"d":1e400}', '{"a":"\\u00e9\\ud83d\\ude00\\/\\n"}', '{"a":"é"}', 'é',
  '[]', '[1,2]', 'null', 'true', 'false', '3', '-3.5', '"text"', '""', ' ', "\t\r\n",
  'sdfsdf', 'nil', 'nul', 'truer', 'NaN', 'Infinity', '-Infinity', '-', '+1', '01', '-01', '1.', '.5', '1e', '1e+', '0x10', '1_000',
  '{', '[', '"', '}', ']', ',', ':', '{,}', '{"a"}', '{"a":}', '{"a":1', '{"a":1,', '{"a":1,}', '{"a":1 "b":2}', '{"a":1]', '{"a" 1}', '{a:1}',
  "{'a':1}", '{1:2}', '{null:1}', '{"a":nul}', '{"a":tru}', '{"a":fals}', '{"a":undefined}', '{"a":01}', '{"a":-}', '{"a":1.}', '{"a":"b}', '{"a":"b',
  '[1,]', '[,1]', '[1 2]', '[1,2', '[[[', '{} {}', '{}x', '{},', '[] []', '"a" "b"', '1 2', '{}/**/', '/* c */{}', "// c\n{}", '{/* c */"a":1}', '/', '/*', '#',
  "{\"a\":\"\t\"}", "{\"a\":\"\n\"}", "{\"a\":\"\u0000\"}", "{\"a\":\"\u0001\"}", "{\"a\":\"\u007f\"}", "\u0000", '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":"\\u12zz"}',
  '{"a":"\\ud800"}', '{"a":"\\udc00"}', '{"a":"\\ud800\\u0041"}', '"\\', '{"a":"\\', '{"a":"\\u', "\xEF\xBB\xBF{}",
  '{"a":' * 100 + '1' + '}' * 100, '{"a":' * 101 + '1' + '}' * 101, '[' * 100 + ']' * 100, '[' * 101 + ']' * 101, '[' * 5000,
  'the quick brown fox jumps over the lazy dog and then some more of it', '{"name":"a very long text that is not closed and goes on and on and on',
  "line one\nline two", "{\"a\":1,\n\"b\":2,\n\"c\":x}", "{\n\n  \"é\": é }", '<html>', 'name=C%2B%2B&other=3', '😀😀😀', '{"a":😀}', '{"a":1é}',
].freeze

NAMES = {
  'languages' => ['C (gcc), assert', 'C (gcc) 14.2, assert', 'Java, JUnit', 'Java 17, JUnit 4', 'Python, unittest', 'java, junit', '', ' ', 'é', "a\nb", "\"\\/\u0001\u007f\u2028😀", 'xxx', 'C (gcc), assert '],
  'exercises' => ['Fizz Buzz', '100 doors', 'Ärger & "Spaß"', 'fizz buzz', 'xxx'],
  'custom' => ['Tennis refactoring, C# NUnit', 'Yahtzee refactoring, C# NUnit', 'Tennis', 'xxx'],
}.freeze

# Bodies with a few characters changed, the same in every run.
def mutants(count)
  random = Random.new(1)
  alphabet = ['{', '}', '[', ']', '"', ':', ',', '\\', '/', '*', ' ', "\n", "\t", 'u', 'd', '8', '0', '1', '-', '+', '.', 'e', 't', 'n', 'é', '😀', "\u0001", 'name']
  bodies = BODIES.select { |body| body.size < 60 } + ['{"name":"C (gcc), assert","a":[1,{"b":-1.5e3},"\\ud83d\\ude00"]} // c', '[true,false,null,{"x":"\\u00e9"}] /* c */']
  Array.new(count) do
    characters = bodies.sample(random: random).chars
    random.rand(1..3).times do
      at = random.rand(0..characters.size)
      case random.rand(3)
      when 0 then characters.insert(at, alphabet.sample(random: random))
      when 1 then characters.delete_at(at)
      else characters[at] = alphabet.sample(random: random)
      end
    end
    characters.compact.join
  end
end

def requests(kind)
  list = []
  add = ->(method, path, body) { list << { 'method' => method, 'path' => path, 'body' => body } }
  PATHS.each { |path| %w[GET POST PUT DELETE PATCH OPTIONS HEAD].each { |method| add.(method, "/#{path}", '') } }
  NAMES[kind].each { |name| add.('GET', '/manifest', JSON.generate('name' => name)) }
  ['{"name":"xxx","other":1}', '{"name":1,"name":"xxx"}', '{"name":"xxx","name":1}', '{"Name":"xxx"}'].each { |body| add.('POST', '/manifest', body) }
  [3, -1.5, nil, true, false, [], ['a'], {}, { 'a' => 1 }].each { |name| add.('GET', '/manifest', JSON.generate('name' => name)) }
  return list unless kind == 'languages'
  %w[/ // /x /Names /names/ /names/x //names /alive? /alive?x=1 /names?name=3 /%6eames /a%20b /alive%0A /%C3%A9 /%FF /manifests.json /../names /./names /names;x /alive/../names].each do |path|
    add.('GET', path, '')
    add.('GET', path, '{}')
  end
  BODIES.each { |body| add.('GET', '/names', body) }
  mutants(Integer(ENV.fetch('MUTANTS', '400'))).each { |body| add.('POST', '/manifest', body) }
  ['', '[]', 'x', '{"a":"é"}'].each { |body| add.('POST', '/nowhere', body) }
  list
end

ENV['SHA'] = '76dd1cabf82aa624a1dabe194731b3cd18aae36a'
$stderr = StringIO.new
NAMES.each_key do |kind|
  ENV['IMAGE_TYPE'] = kind
  dispatcher = RackDispatcher.new(Rack::Request)
  server = Puma::Server.new(dispatcher, Puma::Events.new(StringIO.new, StringIO.new), environment: 'production', lowlevel_error_handler: nil)
  port = server.add_tcp_listener('127.0.0.1', 0).addr[1]
  server.run
  requests(kind).each { |request| puts JSON.generate({ 'kind' => kind, 'request' => request, 'answer' => ask(port, request) }) }
  server.stop(true)
end
