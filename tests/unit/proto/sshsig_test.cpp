// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "crypto/encoding.hpp"
#include "proto/format/sshsig.hpp"

using namespace dokaz;

namespace {

SigningKey key_of(Byte fill) {
  return SigningKey::from_seed(
      Secret<32>::make([&](std::span<Byte, 32> seed) { std::fill(seed.begin(), seed.end(), fill); }));
}

const std::string message = "0123  data/item/clean.jpg\n";

Errc outcome(std::string_view armored, std::string_view text = message,
             std::string_view name = exhibit_namespace, Byte key = 1) {
  const auto status = verify_sshsig(bytes_of(armored), bytes_of(text), name, key_of(key).public_key());
  return status ? Errc{0} : status.code();
}

std::string armored(const Bytes& blob, std::size_t width = 70) {
  std::string out = "-----BEGIN SSH SIGNATURE-----\n";
  const std::string text = base64(blob);
  for (std::size_t at = 0; at < text.size(); at += width) out += text.substr(at, width) + "\n";
  return out + "-----END SSH SIGNATURE-----\n";
}

Bytes blob_of(const std::string& signature) {
  std::string text = signature.substr(30, signature.size() - 30 - 28);
  std::erase(text, '\n');
  return from_base64(text).value();
}

bool have_ssh_keygen() { return std::system("command -v ssh-keygen >/dev/null 2>&1") == 0; }

/// A folder that is gone when the test ends.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "dokaz-sshsig-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path / name, std::ios::binary) << text;
  }
  int run(const std::string& command) const {
    return std::system(("cd '" + path.string() + "' && " + command + " >/dev/null 2>&1").c_str());
  }
};

}  // namespace

TEST_CASE("another message, namespace or key does not verify") {
  const auto good = sign_sshsig(bytes_of(message), exhibit_namespace, key_of(1));
  CHECK(outcome(good, message + " ") == Errc::bad_signature);
  CHECK(outcome(good, message, "file") == Errc::bad_signature);
  CHECK(outcome(good, message, exhibit_namespace, 2) == Errc::bad_signature);
  CHECK(outcome(good) == Errc{0});
}

TEST_CASE("any changed byte of an SSHSIG is refused") {
  const auto good = sign_sshsig(bytes_of(message), exhibit_namespace, key_of(1));
  for (std::size_t at = 0; at < good.size(); ++at)
    for (char c : {'A', 'z', '\n', '=', ' ', '\0', static_cast<char>(good[at] ^ 1)}) {
      auto bad = good;
      if (bad[at] == c) continue;
      bad[at] = c;
      INFO(at);
      CHECK(outcome(bad) != Errc{0});
    }
  const Bytes blob = blob_of(good);
  REQUIRE(armored(blob) == good);
  for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
    auto bad = blob;
    bad[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
    INFO(bit);
    CHECK(outcome(armored(bad)) != Errc{0});
  }
}

TEST_CASE("only the writer's armor is accepted") {
  const auto good = sign_sshsig(bytes_of(message), exhibit_namespace, key_of(1));
  const Bytes blob = blob_of(good);
  auto longer = blob;
  longer.push_back(0);
  auto crlf = good;
  crlf.insert(crlf.find('\n'), 1, '\r');
  for (const std::string& bad : {std::string(), good.substr(0, good.size() - 1), good + "\n", "\n" + good,
                                 armored(blob, 76), armored(blob, 64), armored(blob, 1000), armored(longer),
                                 crlf, std::string("-----BEGIN SSH SIGNATURE-----\n"),
                                 std::string("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"),
                                 good + good, good + std::string(5000, 'A')}) {
    INFO(bad);
    CHECK(outcome(bad) == Errc::malformed);
  }
  for (std::size_t cut = 0; cut < blob.size(); ++cut)
    CHECK(outcome(armored(Bytes(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(cut)))) ==
          Errc::malformed);
}

TEST_CASE("a weak key inside the signature is named") {
  auto blob = blob_of(sign_sshsig(bytes_of(message), exhibit_namespace, key_of(1)));
  std::fill_n(blob.begin() + 6 + 4 + 4 + 15 + 4, 32, Byte{0});
  CHECK(outcome(armored(blob)) == Errc::bad_key);
}

TEST_CASE("the OpenSSH line of a key") {
  const auto line = openssh_public_key(key_of(1).public_key(), "olha");
  CHECK(line == "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c olha");
  CHECK(openssh_public_key(key_of(1).public_key(), "") == line.substr(0, line.size() - 5));
}

TEST_CASE("ssh-keygen verifies ours, refuses a changed message, and we verify what it signed") {
  if (!have_ssh_keygen()) {
    WARN("ssh-keygen is not installed: interoperation was not tested");
    return;
  }
  const Folder folder;
  const auto key = key_of(1);
  folder.write("manifest", message);
  folder.write("changed", message + "x");
  folder.write("manifest.sig", sign_sshsig(bytes_of(message), exhibit_namespace, key));
  folder.write("allowed",
               "olha namespaces=\"dokaz-exhibit\" " + openssh_public_key(key.public_key(), "") + "\n");
  const std::string check = "ssh-keygen -Y verify -f allowed -I olha -s manifest.sig -n ";
  CHECK(folder.run(check + "dokaz-exhibit < changed") != 0);
  CHECK(folder.run(check + "file < manifest") != 0);
  CHECK(folder.run(check + "dokaz-exhibit < manifest") == 0);

  REQUIRE(folder.run("ssh-keygen -q -t ed25519 -N '' -C '' -f other") == 0);
  folder.write("theirs", message);
  REQUIRE(folder.run("ssh-keygen -Y sign -f other -n dokaz-exhibit theirs") == 0);
  const auto slurp = [&](const char* name) {
    std::ifstream in(folder.path / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto line = slurp("other.pub");
  const auto blob = from_base64(line.substr(12, 68)).value();
  const auto other = PublicKey::from(ByteView(blob).last(32)).value();
  CHECK(openssh_public_key(other, "") == line.substr(0, 80));
  CHECK(verify_sshsig(bytes_of(slurp("theirs.sig")), bytes_of(message), exhibit_namespace, other));
  CHECK(verify_sshsig(bytes_of(slurp("theirs.sig")), bytes_of("x"), exhibit_namespace, other).code() ==
        Errc::bad_signature);
}
