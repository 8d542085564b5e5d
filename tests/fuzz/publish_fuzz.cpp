// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of the published log: any path, with any token or none. A path has one meaning and one text; entries
// go to readers only; every answer is short, and nothing outside the log's folder is ever in one.
#include <stdlib.h>

#include "crypto/check.hpp"
#include "crypto/encoding.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/publish/publication.hpp"
#include "tests/fuzz/seeds.hpp"

using namespace dokaz;
using namespace dokaz::server;

namespace {

constexpr std::string_view secret = "the database, which nobody is shown";
constexpr unsigned leaves = 300;
constexpr std::size_t longest_answer = 1 << 18;

SigningKey log_key() {
  std::array<Byte, 32> seed{};
  seed[0] = 1;
  return SigningKey::from_seed(Secret<32>::copy_of(seed));
}

/// A folder with a log in it, beside what must not be shown.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "dokaz-fuzz-XXXXXX";
    DOKAZ_CHECK(::mkdtemp(name.data()) != nullptr);
    place_ = name;
    const Path log = place_ / "log";
    DOKAZ_CHECK(make_private_folder(log).has_value());
    DOKAZ_CHECK(Log::create(log, log_key()).has_value());
    std::vector<Leaf> all(leaves);
    for (unsigned i = 0; i < leaves; ++i) all[i].raw().fill(static_cast<Byte>(i));
    DOKAZ_CHECK(Log::open(log, log_key()).value().append(all).has_value());
    DOKAZ_CHECK(write_file_durably(place_ / "store.db", bytes_of(secret)).has_value());
    DOKAZ_CHECK(write_file_durably(log / ".hidden", bytes_of(secret)).has_value());
    DOKAZ_CHECK(make_private_folder(log / "anchors" / "7").has_value());
    DOKAZ_CHECK(write_file_durably(log / "anchors" / "7" / "a.tsr", bytes_of("a token")).has_value());
    token_ = add_reader(place_ / "readers", "one").value();
    publication_.emplace(log, place_ / "readers", Policy::log_only(log_key().public_key()));
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(place_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& token() const { return token_; }
  Answer ask(const Question& question) {
    for (unsigned turn = 0; turn < 1000; ++turn)
      if (auto answer = publication_->answer(question)) return std::move(*answer);
    DOKAZ_CHECK(false && "no answer in a thousand turns");
    return {};
  }

 private:
  Path place_;
  std::string token_;
  std::optional<Publication> publication_;
};
Folder& folder() {
  static Folder one;
  return one;
}

void judge(std::string_view path, const std::optional<std::string_view>& bearer) {
  const Answer answer = folder().ask({path, bearer});
  const std::string_view body = text_of(answer.body);
  DOKAZ_CHECK(answer.body.size() <= longest_answer);
  DOKAZ_CHECK(body.find(secret) == std::string_view::npos);
  const ReaderPath parts = split_reader(path);
  const bool entitled = bearer == folder().token() || parts.token == folder().token();
  if (is_for_readers(parts.rest) && !entitled) DOKAZ_CHECK(answer.status != 200);
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  const std::string nothing(64, '0');
  for (const std::string path :
       {"/checkpoint", "/log-signed/checkpoint", "/tile/0/000", "/tile/0/001.p/44", "/tile/1/000.p/1", "/tile/entries/000",
        "/tile/entries/001.p/44", "/anchors/7/a.tsr", "/anchors/7/../../store.db", "/get-tree-head",
        "/get-consistency-proof/7/300", "/get-leaves/0/20", "/log/checkpoint", "/.hidden", "/../store.db",
        "/%2e%2e/store.db", "//checkpoint", ""})
    for (const Byte who : {Byte{0}, Byte{1}, Byte{2}}) {
      Bytes seed{who};
      append(seed, bytes_of(path));
      out.push_back(std::move(seed));
    }
  Bytes inclusion{0};
  append(inclusion, bytes_of("/get-inclusion-proof/300/" + nothing));
  out.push_back(std::move(inclusion));
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string path(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0: judge(path, std::nullopt); break;
    case 1: judge(path, folder().token()); break;
    case 2: judge("/reader/" + folder().token() + path, std::nullopt); break;
    case 3: judge("/reader/" + std::string(64, 'a') + path, path); break;
  }
  return 0;
}
