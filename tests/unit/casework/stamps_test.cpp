// SPDX-License-Identifier: GPL-3.0-or-later
// Time stamps in what leaves the case: whose are taken from a copy of the log.
#include <catch2/catch.hpp>

#include "casework/casefile/make_dossier.hpp"
#include "casework/casefile/show.hpp"
#include "tests/unit/casework/small_server.hpp"
#include "tests/unit/proto/time_authority.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

/// A copy of the log whose newest checkpoint these authorities stamped, by name.
void put_anchor(const Path& log, const Note& checkpoint, const std::string& name, const test::TimeWorld& world, const Bytes& beside = {}) {
  const Bytes stamped = checkpoint.bytes();
  const Path folder = log / "anchors" / std::to_string(must(parse_checkpoint(checkpoint)).head.size);
  std::filesystem::create_directories(folder);
  must(write_file_durably(folder / "checkpoint", stamped));
  must(create_file_durably(folder / (name + ".tsr"), world.answer(write_time_request(stamped, TimeNonce{{1, 2, 3, 4, 5, 6, 7, 8}}))));
  Bytes chain = world.certificate("signer");
  append(chain, world.certificate("middle"));
  append(chain, beside);
  append(chain, world.certificate("root"));
  must(create_file_durably(folder / (name + ".chain.pem"), chain));
}

}  // namespace

TEST_CASE("stamps of the named authority leave the case, whatever else a copy of the log offers") {
  const test::Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  const std::string item = hex(server.seal(file, "one").hash());
  server.pull_into(file);
  const Note checkpoint = server.log.checkpoint();
  const test::TimeWorld genuine, stranger;
  put_anchor(scratch / "log", checkpoint, "north-star", genuine, stranger.certificate("middle"));
  for (char name = 'a'; name <= 'h'; ++name) put_anchor(scratch / "log", checkpoint, std::string(1, name), stranger);
  const std::vector<TimeTrust> roots = {must(TimeTrust::parse(genuine.certificate("root")))};

  const ShowOptions named{.gate = by_necessity(), .stamps = {scratch / "log", roots}};
  const Shown shown = must(show_item(file, item, named, may_2));
  CHECK(shown.stamps.in == 8);
  CHECK(shown.stamps.confirmed == 1);
  CHECK(shown.report.time->proved_not_after().has_value());
  CHECK(words_of(shown.stamps).find("1 of them lead to a root") != std::string::npos);
  // Of what lay beside the stamp, only its own chain.
  Bytes chain = genuine.certificate("signer");
  append(chain, genuine.certificate("middle"));
  append(chain, genuine.certificate("root"));
  const std::string anchors = "data/anchors/" + std::to_string(must(parse_checkpoint(checkpoint)).head.size) + "/";
  CHECK(in_memory(shown.files).at(anchors + "north-star.chain.pem") == chain);
  // Without a root nobody can tell; that is said.
  const Shown any = must(show_item(file, item, {.gate = by_necessity(), .stamps = {scratch / "log", {}}}, may_2));
  CHECK(any.stamps.confirmed == 0);
  CHECK_FALSE(any.report.time->proved_not_after().has_value());
  CHECK(words_of(any.stamps).find("it is not known whose they are") != std::string::npos);

  DossierRequest request;
  request.items = {item};
  request.addressee = "a court";
  request.gate = by_necessity();
  request.stamps = {scratch / "log", roots};
  const MadeDossier made = must(make_dossier(file, request, scratch / "dossier", may_2));
  CHECK(made.stamps.confirmed == 1);
  CHECK(made.report.items[0].time->proved_not_after().has_value());
}
