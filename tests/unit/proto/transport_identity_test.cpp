// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>

#include "crypto/encoding.hpp"
#include "proto/transport/tls_identity.hpp"

using namespace dokaz;

namespace {

/// What a shell pipeline prints, with `input` in a file that $1 names.
std::string shell(std::string_view script, ByteView input) {
  char path[] = "/tmp/dokaz-identity-XXXXXX";
  const int fd = mkstemp(path);
  REQUIRE(fd >= 0);
  REQUIRE(write(fd, input.data(), input.size()) == static_cast<ssize_t>(input.size()));
  close(fd);
  const std::string command = "set -- " + std::string(path) + "; " + std::string(script);
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::string out;
  for (int c; (c = std::fgetc(pipe)) != EOF;) out.push_back(static_cast<char>(c));
  pclose(pipe);
  unlink(path);
  return out;
}

}  // namespace

TEST_CASE("what is no certificate has no pin") {
  CHECK(pin_of_certificate({}).code() == Errc::malformed);
  CHECK(pin_of_certificate(bytes_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")).code() ==
        Errc::malformed);
}

TEST_CASE("two identities differ, and neither names anything") {
  const auto one = make_tls_identity().value();
  const auto two = make_tls_identity().value();
  CHECK(pin_of_certificate(one.certificate).value() != pin_of_certificate(two.certificate).value());
  const auto subject = shell("openssl x509 -noout -subject -issuer -enddate < $1", one.certificate);
  CHECK(subject == "subject=CN = localhost\nissuer=CN = localhost\nnotAfter=Dec 31 23:59:59 9999 GMT\n");
  CHECK(shell("openssl x509 -noout -startdate < $1", one.certificate) ==
        shell("openssl x509 -noout -startdate < $1", two.certificate));
}

TEST_CASE("openssl computes the same pin") {
  const auto identity = make_tls_identity().value();
  const auto other =
      shell("openssl x509 -noout -pubkey < $1 | openssl pkey -pubin -outform DER | sha256sum | cut -c1-64",
            identity.certificate);
  CHECK(other == hex(pin_of_certificate(identity.certificate).value()) + "\n");
}
