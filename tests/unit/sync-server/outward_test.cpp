// SPDX-License-Identifier: GPL-3.0-or-later
// The only way out: what it says of itself, what it refuses, and that nothing holds it up.
#include "sync-server/outward/http_client.hpp"

#include <sys/wait.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>

#include "http_peer.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;
using namespace std::chrono_literals;

namespace {

HttpRequest get(std::string url) { return {.url = std::move(url)}; }
HttpRequest post(std::string url, std::string_view body) {
  return {HttpMethod::post, std::move(url), "text/plain", to_bytes(body)};
}
Errc code_of(const Result<HttpResponse>& answer) {
  REQUIRE_FALSE(answer);
  return answer.code();
}

/// `openssl s_server` with a certificate of its own for localhost; ends with the test.
class TlsPeer {
 public:
  explicit TlsPeer(const std::filesystem::path& folder) {
    const std::string at = folder.string();
    REQUIRE(std::system(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
                         "-addext subjectAltName=DNS:localhost -keyout '" + at + "/key' -out '" + at + "/cert' 2>/dev/null")
                            .c_str()) == 0);
    peer_ = ::popen(("exec openssl s_server -accept 127.0.0.1:0 -www -key '" + at + "/key' -cert '" + at + "/cert' 2>&1 </dev/null & "
                     "echo pid $!; wait").c_str(), "r");
    REQUIRE(peer_ != nullptr);
    char line[512];
    while (std::fgets(line, sizeof line, peer_)) {
      const std::string text = line;
      if (text.starts_with("pid ")) pid_ = std::stoi(text.substr(4));
      if (!text.starts_with("ACCEPT ")) continue;
      port_ = std::stoi(text.substr(text.rfind(':') + 1));
      break;
    }
    REQUIRE(port_ != 0);
  }
  ~TlsPeer() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    ::pclose(peer_);
  }
  std::string url(const std::string& host) const { return "https://" + host + ":" + std::to_string(port_) + "/"; }

 private:
  std::FILE* peer_ = nullptr;
  pid_t pid_ = -1;
  int port_ = 0;
};

}  // namespace

TEST_CASE("a small body goes out and an answer comes back, and nothing is said that was not asked for") {
  HttpPeer::Request seen;
  HttpPeer peer([&](const HttpPeer::Request& request) {
    seen = request;
    return HttpPeer::answer(200, "text/x-size", "cosigned\n");
  });
  const HttpClient client({});
  const auto answer = client.call(post(peer.url("/add"), "old 7\n"));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->content_type == "text/x-size");
  CHECK(text_of(answer->body) == "cosigned\n");
  CHECK(seen.head == "POST /add HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port()) +
                         "\r\nUser-Agent: http\r\nAccept: */*\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n");
  CHECK(text_of(seen.body) == "old 7\n");

  REQUIRE(client.call(get(peer.url("/size"))));
  CHECK(seen.first_line() == "GET /size HTTP/1.1");
  CHECK(seen.body.empty());
  CHECK(client.call(post(peer.url(), "")).has_value());
  CHECK(seen.head.find("Content-Length: 0") != std::string::npos);
}

TEST_CASE("a redirect is an answer like another, and a cookie is not kept") {
  std::string heads;
  HttpPeer peer([&](const HttpPeer::Request& request) {
    heads += request.head;
    return "HTTP/1.1 302 x\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n";
  });
  const HttpClient client({});
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.call(get(peer.url()));
    REQUIRE(answer);
    CHECK(answer->status == 302);
  }
  CHECK(peer.requests() == 2);
  CHECK(heads.find("Cookie") == std::string::npos);
}

TEST_CASE("addresses that may not be asked") {
  for (const std::string url :
       {"", "witness.example", "ftp://127.0.0.1/", "file:///etc/hostname", "HTTP://127.0.0.1/", "https:/a", "https://",
        "https://user@witness.example/", "https://user:word@witness.example/", "https://witness.example/#part",
        "https://witness.example/ a", "https://witness.example/\n", "https://witness.example:99999/",
        "http://witness.example/", "http://127.0.0.1.witness.example/", "http://192.168.0.1/", "http://0.0.0.0/",
        "http://[::2]/", "http://[::ffff:10.0.0.1]/", "http://localhost.witness.example/"}) {
    INFO(url);
    const Status checked = check_url(url, PlainHttp::loopback_only);
    REQUIRE_FALSE(checked);
    CHECK(checked.code() == Errc::usage);
    CHECK(code_of(HttpClient({}).call(get(url))) == Errc::usage);
  }
  CHECK_FALSE(check_url("https://witness.example/" + std::string(3'000, 'a'), PlainHttp::anywhere));
  for (const std::string url : {"https://witness.example", "https://witness.example:8443/a/b?c=d", "http://localhost:1/",
                                "http://127.1.2.3/", "http://[::1]:80/"}) {
    INFO(url);
    CHECK(check_url(url, PlainHttp::loopback_only));
  }
  CHECK(check_url("http://stamps.example/", PlainHttp::anywhere));
}

TEST_CASE("an answer over the cap is not taken, however it is announced") {
  const std::string body(5'000, 'x');
  const std::string head = "HTTP/1.1 200 x\r\n";
  std::string text;
  HttpPeer peer([&](const HttpPeer::Request&) { return text; });
  HttpSettings settings;
  settings.max_body = 4'999;
  const HttpClient client(settings);
  text = HttpPeer::answer(200, "a/b", body);
  CHECK(code_of(client.call(get(peer.url()))) == Errc::frame_too_large);
  text = head + "\r\n" + body;  // ends with the connection
  CHECK(code_of(client.call(get(peer.url()))) == Errc::frame_too_large);
  text = head + "Transfer-Encoding: chunked\r\n\r\n1388\r\n" + body + "\r\n0\r\n\r\n";
  CHECK(code_of(client.call(get(peer.url()))) == Errc::frame_too_large);
  settings.max_body = 5'000;
  CHECK(HttpClient(settings).call(get(peer.url()))->body.size() == 5'000);

  text = head;
  for (int i = 0; i < 1'000; ++i) text += "X-Line: " + std::string(100, 'y') + "\r\n";
  CHECK(code_of(client.call(get(peer.url()))) == Errc::frame_too_large);
  text.clear();
  for (int i = 0; i < 4'000; ++i) text += "HTTP/1.1 100 x\r\n\r\n";
  CHECK(code_of(client.call(get(peer.url()))) == Errc::frame_too_large);
}

TEST_CASE("answers that are cut short or are not HTTP are named") {
  std::string text;
  HttpPeer peer([&](const HttpPeer::Request&) { return text; });
  const HttpClient client({});
  text = "";
  CHECK(code_of(client.call(get(peer.url()))) == Errc::connection_lost);
  text = "HTTP/1.1 200 x\r\nContent-Length: 10\r\n\r\n12345";
  CHECK(code_of(client.call(get(peer.url()))) == Errc::connection_lost);
  text = "SSH-2.0-x\r\n\r\n";
  CHECK(code_of(client.call(get(peer.url()))) == Errc::malformed);
  std::string closed;
  {
    const HttpPeer gone([](const HttpPeer::Request&) { return std::nullopt; });
    closed = gone.url();
  }
  CHECK(code_of(client.call(get(closed))) == Errc::unreachable);
}

TEST_CASE("whoever is silent is given up at the deadline, and the others' answers are there") {
  HttpPeer silent([](const HttpPeer::Request&) { return std::nullopt; });
  HttpPeer good([](const HttpPeer::Request&) { return HttpPeer::answer(200, "a/b", "here"); });
  HttpSettings settings;
  settings.total = 300ms;
  const auto answers = HttpClient(settings).call_all({get(silent.url()), get(good.url()), get("ftp://a/"), get(good.url())});
  REQUIRE(answers.size() == 4);
  CHECK(code_of(answers[0]) == Errc::timed_out);
  CHECK(text_of(answers[1]->body) == "here");
  CHECK(code_of(answers[2]) == Errc::usage);
  CHECK(answers[3].has_value());
}

TEST_CASE("calls end when they are told to") {
  std::mutex mutex;
  std::condition_variable change;
  bool asked = false;
  HttpPeer silent([&](const HttpPeer::Request&) {
    const std::lock_guard lock(mutex);
    asked = true;
    change.notify_all();
    return std::nullopt;
  });
  HttpSettings settings;
  settings.total = 1h;
  std::stop_source stop;
  std::optional<Result<HttpResponse>> answer;
  std::thread caller([&] { answer = HttpClient(settings).call(get(silent.url()), stop.get_token()); });
  {
    std::unique_lock lock(mutex);
    change.wait(lock, [&] { return asked; });
  }
  stop.request_stop();
  caller.join();
  CHECK(code_of(*answer) == Errc::interrupted);
}

TEST_CASE("a certificate is believed by the system's authorities, or those of the extra file, and for its name") {
  if (std::system("command -v openssl >/dev/null 2>&1") != 0) {
    WARN("openssl is not installed: TLS was not tested");
    return;
  }
  const dokaz::test::Scratch scratch;
  const TlsPeer peer(scratch.path());
  const auto stranger = HttpClient({}).call(get(peer.url("localhost")));
  CHECK(code_of(stranger) == Errc::unreachable);
  CHECK(stranger.error().detail == "certificate");
  HttpSettings settings;
  settings.more_authorities = scratch / "cert";
  const auto answer = HttpClient(settings).call(get(peer.url("localhost")));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(code_of(HttpClient(settings).call(get(peer.url("127.0.0.1")))) == Errc::unreachable);
  settings.more_authorities = scratch / "none";
  CHECK(code_of(HttpClient(settings).call(get(peer.url("localhost")))) == Errc::usage);
}

TEST_CASE("the proxy is asked by name, and only for what is not here") {
  // SOCKS5: greeting, then a CONNECT whose address is the name itself (type 3).
  std::string name;
  int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listening, 1) == 0);
  REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  std::thread proxy([&] {
    const int socket = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
    unsigned char bytes[300];
    if (::recv(socket, bytes, 2, MSG_WAITALL) == 2 && ::recv(socket, bytes + 2, bytes[1], MSG_WAITALL) > 0) {
      ::send(socket, "\x05\x00", 2, MSG_NOSIGNAL);
      if (::recv(socket, bytes, 5, MSG_WAITALL) == 5 && bytes[3] == 3 && ::recv(socket, bytes + 5, bytes[4] + 2u, MSG_WAITALL) > 0)
        name.assign(reinterpret_cast<char*>(bytes) + 5, bytes[4]);
    }
    ::close(socket);
  });
  HttpSettings settings;
  settings.proxy = "socks5h://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  const HttpClient client(settings);
  HttpPeer here([](const HttpPeer::Request&) { return HttpPeer::answer(200, "a/b", ""); });
  CHECK(client.call(get(here.url())).has_value());
  CHECK_FALSE(client.call(get("https://witness.invalid/")));
  proxy.join();
  ::close(listening);
  CHECK(name == "witness.invalid");
  settings.proxy = "http://127.0.0.1:1";
  CHECK(code_of(HttpClient(settings).call(get(here.url()))) == Errc::usage);
}

TEST_CASE("a proxy of the environment is not used") {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("all_proxy", "http://127.0.0.1:1", 1);
  HttpPeer here([](const HttpPeer::Request&) { return HttpPeer::answer(200, "a/b", ""); });
  CHECK(HttpClient({}).call(get(here.url())).has_value());
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
}
