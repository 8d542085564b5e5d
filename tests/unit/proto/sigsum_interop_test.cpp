// SPDX-License-Identifier: GPL-3.0-or-later
// Sigsum's own verifier on our receipts: `sigsum-verify` of Debian's sigsum-go (bookworm-backports).
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "proto/format/sshsig.hpp"
#include "tests/unit/proto/log_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

/// A folder that is gone when the test ends.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "dokaz-sigsum-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, ByteView bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << text_of(bytes);
  }
  void write(const std::string& name, std::string_view text) const { write(name, bytes_of(text)); }
  bool verifies() const {
    const int status =
        std::system(("cd '" + path_.string() +
                     "' && sigsum-verify -k member.pub -p policy statement.sigsum-proof < statement "
                     ">/dev/null 2>&1")
                        .c_str());
    return status == 0;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("sigsum-verify accepts our receipts and refuses changed ones") {
  if (std::system("command -v sigsum-verify >/dev/null 2>&1") != 0) {
    WARN("sigsum-verify is not installed: interoperation was not tested");
    return;
  }
  const auto seal = sample_seal();
  const Folder folder;
  folder.write("member.pub", openssh_public_key(member_key().public_key(), "dora") + "\n");
  folder.write("policy", quorum_policy().bytes());
  folder.write("statement", seal.statement.bytes());

  for (std::uint64_t size : {1u, 2u, 3u, 7u, 8u, 200u})
    for (std::uint64_t index : {std::uint64_t{0}, size / 2, size - 1}) {
      const auto receipt = SampleLog(size, index, seal).receipt();
      folder.write("statement.sigsum-proof", write_sigsum_proof(receipt, quorum_policy()).value());
      INFO(size << " " << index);
      CHECK(folder.verifies());
    }

  const Bytes good = write_sigsum_proof(SampleLog(7, 3, seal).receipt(), quorum_policy()).value();
  std::size_t lines = 0;
  for (std::size_t at = 0; at + 1 < good.size(); ++at) {
    if (good[at + 1] != '\n' || good[at] == '\n') continue;
    Bytes bad = good;
    bad[at] = bad[at] == '1' ? '2' : '1';
    folder.write("statement.sigsum-proof", bad);
    INFO(at);
    CHECK_FALSE(folder.verifies());
    ++lines;
  }
  CHECK(lines == 12);
  const auto one_witness = SampleLog(7, 3, seal).receipt({1});
  folder.write("statement.sigsum-proof", write_sigsum_proof(one_witness, quorum_policy()).value());
  CHECK_FALSE(folder.verifies());
  folder.write("policy", Policy::log_only(log_key().public_key()).bytes());
  CHECK(folder.verifies());

  folder.write("statement.sigsum-proof", good);
  folder.write("policy", quorum_policy().bytes());
  CHECK(folder.verifies());
  folder.write("statement", to_text(seal.statement.bytes()) + "\n");
  CHECK_FALSE(folder.verifies());
}
