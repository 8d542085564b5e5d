// SPDX-License-Identifier: GPL-3.0-or-later
// What the operator's monitor is shown: ages by numbers, and no name.
#include "scene.hpp"
#include "sync-server/publish/metrics.hpp"

namespace dokaz::server {

using namespace test;

namespace {

bool has_line(const Bytes& page, const std::string& line) {
  return ("\n" + std::string(text_of(page))).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("of each witness it shows how long ago it signed, by its place in the policy") {
  TempFolder temp;
  const SigningKey log = Scribe::key_of(9), signs = Scribe::key_of(77), silent = Scribe::key_of(78);
  const Policy policy = Policy::parse(bytes_of("log " + hex(log.public_key()) + "\nwitness silent.example " +
                                               hex(silent.public_key()) + "\nwitness signing.example " +
                                               hex(signs.public_key()) +
                                               "\ngroup any 1 silent.example signing.example\nquorum any\n"))
                            .value();
  CHECK(ages_of_witnesses(policy, temp / "log", noon) == Ages{std::nullopt, std::nullopt});
  const Checkpoint checkpoint = sign_checkpoint({0, empty_root()}, log);
  const Note cosigned = checkpoint.note.with_line(cosign(checkpoint, "signing.example", noon - 90, signs)).value();
  std::filesystem::create_directory(temp / "log");
  REQUIRE(write_file_durably(temp / "log/cosigned", cosigned.bytes()));
  const Ages ages = ages_of_witnesses(policy, temp / "log", noon);
  CHECK(ages == Ages{std::nullopt, 90});
  // Not by a note that the policy does not accept.
  CHECK(ages_of_witnesses(Policy::log_only(silent.public_key()), temp / "log", noon).empty());

  Shown shown;
  shown.witnesses = ages;
  shown.authorities = {3600, std::nullopt};
  shown.connections = {7, 2, 1, 100, 40, 3, 5};
  const Bytes page = metrics(shown);
  CHECK(has_line(page, "dokaz_witness_cosignature_age_seconds{witness=\"2\"} 90"));
  CHECK(has_line(page, "dokaz_authority_anchor_age_seconds{authority=\"1\"} 3600"));
  CHECK(text_of(page).find("witness=\"1\"") == std::string_view::npos);  // never is no age
  CHECK(text_of(page).find(".example") == std::string_view::npos);
  CHECK(has_line(page, "dokaz_connections{kind=\"member\"} 7"));
  CHECK(has_line(page, "dokaz_connections{kind=\"courier\"} 2"));
  CHECK(has_line(page, "dokaz_connections{kind=\"stranger\"} 1"));
  CHECK(has_line(page, "dokaz_connections_accepted_total 100"));
  CHECK(has_line(page, "dokaz_greetings_total{outcome=\"refused\"} 3"));
  CHECK(has_line(page, "dokaz_connections_pushed_out_total 5"));
}

}  // namespace dokaz::server
