// SPDX-License-Identifier: GPL-3.0-or-later
// A disk with not a byte left: the vault opens for sending all the same.
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

/// A file system of its own, as long as the object lives.
class TinyDisk {
 public:
  explicit TinyDisk(std::filesystem::path at) : at_(std::move(at)) {
    std::filesystem::create_directory(at_);
    mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=3m") == 0;
  }
  ~TinyDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

  bool mounted() const { return mounted_; }
  void fill() const {
    std::ofstream file(at_ / "other people's data", std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void free_up() const { std::filesystem::remove(at_ / "other people's data"); }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("On a full disk the vault opens for sending, and takes the room back later") {
  const TestCase of;
  const Scratch scratch;
  const TinyDisk disk(scratch / "disk");
  if (!disk.mounted()) {
    WARN("not checked: only root can mount a tiny disk");
    return;
  }
  CHECK(Vault::create(scratch / "disk", passphrase(), enrol(of.invitation_text(), noon).value(), cheap).code() ==
        Errc::usage);
  CHECK(scratch.entries() == 1);
  const auto folder = scratch / "disk" / "vault";
  REQUIRE(Vault::create(folder, passphrase(), enrol(of.invitation_text(), noon).value(), cheap));
  const auto reserve = folder / "reserve";
  CHECK(std::filesystem::file_size(reserve) == 256 * 1024);
  disk.fill();
  CHECK(Vault::open(folder, passphrase()).code() == Errc::no_space);
  CHECK(std::filesystem::exists(reserve));
  {
    auto vault = Vault::open(folder, passphrase(), Reserve::may_be_used);
    REQUIRE(vault);
    CHECK_FALSE(std::filesystem::exists(reserve));
    CHECK(vault->keep_forked(true));
  }
  disk.free_up();
  CHECK(Vault::open(folder, passphrase()).value().forked().value());
  CHECK(std::filesystem::file_size(reserve) == 256 * 1024);
}
