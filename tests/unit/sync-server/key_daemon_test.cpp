// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server and where its database's key comes from, as an operator meets it.
#include <sys/stat.h>

#include "crypto/key_file.hpp"
#include "program.hpp"

namespace dokaz::server {

using namespace test;

namespace {

std::string file_with(const TempFolder& temp, const std::string& name, const std::string& line) {
  REQUIRE(write_file_durably(temp / name, bytes_of(line + "\n")));
  return temp / name;
}

/// Every command that opens the database, with these words about its key.
void check_each(const std::string& data, const Arguments& about_key, Errc code) {
  for (const std::string command : {"card", "status", "fsck", "run"}) {
    INFO(command);
    Arguments words{command, "--data", data};
    if (command == "run") words.insert(words.end(), {"--listen", "nowhere"});  // after the store was opened
    words.insert(words.end(), about_key.begin(), about_key.end());
    check_failure(run_program(words), code);
  }
}

}  // namespace

TEST_CASE("the key elsewhere: init makes it there, and each command needs it") {
  TempFolder temp;
  const std::string data = temp / "data", key = temp / "away.key";
  REQUIRE(run_program({"init", "--data", data, "--db-key", key}).code == 0);
  CHECK_FALSE(std::filesystem::exists(data + "/db.key"));
  struct stat about {};
  REQUIRE(::stat(key.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(run_program({"card", "--data", data, "--db-key", key}).code == 0);
  CHECK(run_program({"fsck", "--data", data, "--db-key", key}).code == 0);
  check_each(data, {}, Errc::not_found);
  check_failure(run_program({"card", "--data", data, "--db-key", temp / "none"}), Errc::not_found);
  // A second server does not overwrite the first one's key, and can share it.
  const Bytes before = read_file(key, 64).value();
  REQUIRE(run_program({"init", "--data", temp / "other", "--db-key", key}).code == 0);
  CHECK(read_file(key, 64).value() == before);
  REQUIRE(::chmod(key.c_str(), 0640) == 0);
  check_each(data, {"--db-key", key}, Errc::wrong_key);
}

TEST_CASE("the key as a credential is found by itself") {
  TempFolder temp;
  const std::string data = temp / "data";
  const Path credentials = temp / "credentials";
  std::filesystem::create_directory(credentials);
  REQUIRE(write_file_durably(credentials / "dokaz-db-key", some_bytes(32, 3)));
  REQUIRE(::setenv("CREDENTIALS_DIRECTORY", credentials.c_str(), 1) == 0);
  CHECK(run_program({"init", "--data", data}).code == 0);
  CHECK_FALSE(std::filesystem::exists(data + "/db.key"));
  CHECK(run_program({"card", "--data", data}).code == 0);
  check_failure(run_program({"db-key", "protect", "--data", data, "--new-passphrase-file", file_with(temp, "new", "x")}),
                Errc::usage);
  REQUIRE(::unsetenv("CREDENTIALS_DIRECTORY") == 0);
  check_failure(run_program({"card", "--data", data}), Errc::not_found);
}

TEST_CASE("the key under a passphrase, from init on and later") {
  TempFolder temp;
  const std::string data = temp / "data", away = temp / "away.key";
  const std::string first = file_with(temp, "first", "one"), second = file_with(temp, "second", "two");
  REQUIRE(run_program({"init", "--data", data, "--passphrase", "--passphrase-file", first}).code == 0);
  CHECK(run_program({"card", "--data", data, "--passphrase-file", first}).code == 0);
  check_each(data, {"--passphrase-file", second}, Errc::wrong_passphrase);

  REQUIRE(run_program({"db-key", "protect", "--data", data, "--passphrase-file", first, "--new-passphrase-file", second})
              .code == 0);
  check_failure(run_program({"card", "--data", data, "--passphrase-file", first}), Errc::wrong_passphrase);
  REQUIRE(run_program({"db-key", "move", "--data", data, "--passphrase-file", second, "--to", away}).code == 0);
  CHECK_FALSE(std::filesystem::exists(data + "/db.key"));
  check_failure(run_program({"db-key", "move", "--data", data, "--db-key", away, "--passphrase-file", second, "--to", away}),
                Errc::already_exists);
  CHECK(run_program({"fsck", "--data", data, "--db-key", away, "--passphrase-file", second}).code == 0);
  REQUIRE(run_program({"db-key", "unprotect", "--data", data, "--db-key", away, "--passphrase-file", second}).code == 0);
  CHECK(std::filesystem::file_size(away) == 32);
  CHECK(run_program({"card", "--data", data, "--db-key", away}).code == 0);
}

TEST_CASE("init under a passphrase that is not given makes nothing") {
  TempFolder temp;
  check_failure(run_program({"init", "--data", temp / "data", "--passphrase", "--passphrase-file", temp / "none"}),
                Errc::not_found);
  CHECK_FALSE(std::filesystem::exists(temp / "data"));
}

TEST_CASE("who names a passphrase's file at init gets a key under it") {
  TempFolder temp;
  const std::string data = temp / "data", phrase = file_with(temp, "phrase", "one");
  REQUIRE(run_program({"init", "--data", data, "--passphrase-file", phrase}).code == 0);
  CHECK(std::filesystem::file_size(data + "/db.key") > 32);
  check_failure(run_program({"card", "--data", data}), Errc::no_passphrase);
  CHECK(run_program({"card", "--data", data, "--passphrase-file", phrase}).code == 0);
}

TEST_CASE("a key file that costs nothing to guess at is refused by name") {
  TempFolder temp;
  const std::string data = temp / "data", phrase = file_with(temp, "phrase", "one");
  REQUIRE(run_program({"init", "--data", data}).code == 0);
  const Bytes plain = read_file(data + "/db.key", 64).value();
  const auto sealed = KeyFile::seal(Secret<32>::copy_of(ByteView(plain).first<32>()), SecretBytes::copy_of(bytes_of("one")),
                                    {1, 65536}).value();
  REQUIRE(write_file_durably(data + "/db.key", sealed));
  check_failure(run_program({"card", "--data", data, "--passphrase-file", phrase}), Errc::malformed);
}

}  // namespace dokaz::server
