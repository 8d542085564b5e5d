// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/outward/http_client.hpp"

#include <curl/curl.h>

#include <limits>
#include <memory>

#include "sync-server/outward/http_url.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t max_headers = 65'536;  // bytes, over all answers of one call: 100 Continue has its own

struct EasyEnd {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiEnd {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListEnd {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// True once the library is ready for this process.
bool is_library_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

/// One request under way. Stays where it is: the library holds pointers into it.
class Call {
 public:
  Call(const HttpSettings& settings, const HttpRequest& request) : cap_(settings.max_body) {
    prepared_ = prepare(settings, request);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  bool is_prepared() const { return prepared_.has_value(); }
  CURL* easy() const { return easy_.get(); }
  void ended(CURLcode code) { end_ = code; }

  /// interrupted for one that has not ended.
  Result<HttpResponse> answer() {
    if (!prepared_) return prepared_.error();
    if (!end_) return Errc::interrupted;
    if (*end_ != CURLE_OK) return failure();
    long status = 0;
    const char* type = nullptr;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &type);
    if (status < 100 || status > 999) return Errc::malformed;
    return HttpResponse{static_cast<int>(status), type ? type : "", std::move(body_)};
  }

 private:
  static std::size_t take_body(const char* bytes, std::size_t size, std::size_t count, void* self) {
    Call& call = *static_cast<Call*>(self);
    const std::size_t more = size * count;
    if (more > call.cap_ - call.body_.size()) {
      call.is_too_large_ = true;
      return 0;  // ends the transfer, since more is never 0 here
    }
    append(call.body_, bytes_of({bytes, more}));
    return more;
  }
  static std::size_t take_header(const char*, std::size_t size, std::size_t count, void* self) {
    Call& call = *static_cast<Call*>(self);
    const std::size_t more = size * count;
    if (more > max_headers - call.headers_) {
      call.is_too_large_ = true;
      return more + 1;  // ends the transfer
    }
    call.headers_ += more;
    return more;
  }

  template <class T>
  void set(CURLoption option, T value) {
    if (all_set_ == CURLE_OK) all_set_ = curl_easy_setopt(easy_.get(), option, value);
  }

  Status prepare(const HttpSettings& settings, const HttpRequest& request) {
    DOKAZ_LET(url, read_url(request.url, request.plain));
    if (!settings.proxy.empty() && !settings.proxy.starts_with("socks5h://")) return fail(Errc::usage, "proxy");
    if (!is_library_ready()) return Errc::internal;
    easy_.reset(curl_easy_init());
    if (!easy_) return Errc::internal;
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    set(CURLOPT_USERAGENT, "http");
    set(CURLOPT_PROXY, url.is_loopback ? "" : settings.proxy.c_str());  // "" also switches off the environment's
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    // The system's folder of authorities stays set beside the file.
    if (!settings.more_authorities.empty()) set(CURLOPT_CAINFO, settings.more_authorities.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs holds up nobody
    set(CURLOPT_WRITEFUNCTION, &Call::take_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Call::take_header);
    set(CURLOPT_HEADERDATA, this);
    if (request.method == HttpMethod::post) prepare_body(request);
    if (all_set_ != CURLE_OK) return fail(Errc::usage, "settings");
    return {};
  }

  void prepare_body(const HttpRequest& request) {
    sent_ = request.body;
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent_.size()));
    set(CURLOPT_POSTFIELDS, text_of(sent_).data());
    add_header("Expect:");  // not to wait for a 100 Continue that many never send
    add_header("Content-Type:" + (request.content_type.empty() ? "" : " " + request.content_type));
    set(CURLOPT_HTTPHEADER, headers_sent_.get());
  }
  void add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_sent_.get(), line.c_str());
    if (!longer) {
      all_set_ = CURLE_OUT_OF_MEMORY;
      return;
    }
    static_cast<void>(headers_sent_.release());
    headers_sent_.reset(longer);
  }

  Error failure() const {
    if (is_too_large_) return fail(Errc::frame_too_large);
    switch (*end_) {
      case CURLE_OPERATION_TIMEDOUT: return fail(Errc::timed_out);
      case CURLE_COULDNT_RESOLVE_HOST: return fail(Errc::unreachable, "name");
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_PROXY: return fail(Errc::unreachable, "proxy");
      case CURLE_COULDNT_CONNECT: return fail(Errc::unreachable, "connect");
      case CURLE_SSL_CONNECT_ERROR: return fail(Errc::unreachable, "TLS");
      case CURLE_PEER_FAILED_VERIFICATION: return fail(Errc::unreachable, "certificate");
      case CURLE_SSL_CACERT_BADFILE: return fail(Errc::usage, "file of authorities");
      case CURLE_RECV_ERROR:
      case CURLE_SEND_ERROR:
      case CURLE_GOT_NOTHING:
      case CURLE_PARTIAL_FILE: return fail(Errc::connection_lost);
      case CURLE_WEIRD_SERVER_REPLY:
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_BAD_CONTENT_ENCODING: return fail(Errc::malformed);
      default: return fail(Errc::internal, "HTTP " + std::to_string(static_cast<int>(*end_)));
    }
  }

  std::unique_ptr<CURL, EasyEnd> easy_;
  std::unique_ptr<curl_slist, ListEnd> headers_sent_;
  Bytes sent_;
  Bytes body_;
  std::size_t cap_;
  std::size_t headers_ = 0;
  bool is_too_large_ = false;
  CURLcode all_set_ = CURLE_OK;
  std::optional<CURLcode> end_;
  Status prepared_;
};

/// Until all have ended or `stop` is requested.
void drive(CURLM* multi, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  int running = 1;
  while (!stop.stop_requested()) {
    if (curl_multi_perform(multi, &running) != CURLM_OK || running == 0) return;
    if (curl_multi_poll(multi, nullptr, 0, 1'000, nullptr) != CURLM_OK) return;
  }
}

}  // namespace

Result<HttpResponse> HttpClient::call(const HttpRequest& request, std::stop_token stop) const {
  auto answers = call_all({request}, std::move(stop));
  return std::move(answers.front());
}

std::vector<Result<HttpResponse>> HttpClient::call_all(const std::vector<HttpRequest>& requests,
                                                       std::stop_token stop) const {
  std::vector<std::unique_ptr<Call>> calls;
  for (const HttpRequest& request : requests) calls.push_back(std::make_unique<Call>(settings_, request));
  const std::unique_ptr<CURLM, MultiEnd> multi(is_library_ready() ? curl_multi_init() : nullptr);
  if (multi) {
    for (const auto& each : calls)
      if (each->is_prepared()) curl_multi_add_handle(multi.get(), each->easy());
    drive(multi.get(), stop);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left))
      for (const auto& each : calls)
        if (message->msg == CURLMSG_DONE && message->easy_handle == each->easy()) each->ended(message->data.result);
    for (const auto& each : calls)
      if (each->is_prepared()) curl_multi_remove_handle(multi.get(), each->easy());
  }
  std::vector<Result<HttpResponse>> answers;
  for (const auto& each : calls) answers.push_back(each->answer());
  return answers;
}

}  // namespace dokaz::server
