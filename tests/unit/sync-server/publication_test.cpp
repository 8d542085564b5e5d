// SPDX-License-Identifier: GPL-3.0-or-later
// The published log: paths, readers, tiles beside a writer, and Sigsum's answers.
#include <thread>

#include "leaves.hpp"
#include "scene.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/publish/publication.hpp"

namespace dokaz::server {
namespace {

using test::leaf_number;
using test::leaves_between;
using test::Scribe;
using test::TempFolder;

SigningKey log_key() { return Scribe::key_of(9); }

/// A log with its publication; no sockets.
struct Published {
  explicit Published(std::uint64_t size = 0) {
    REQUIRE(Log::create(temp / "log", log_key()));
    log.emplace(Log::open(temp / "log", log_key()).value());
    grow(size);
    token = add_reader(temp / "readers", "partner").value();
  }
  void grow(std::uint64_t to) { REQUIRE(log->append(leaves_between(log->head().size, to))); }
  Answer ask(const std::string& path, std::optional<std::string_view> bearer = std::nullopt) {
    for (;;)
      if (auto answer = publication.answer({path, bearer})) return std::move(*answer);
  }
  std::string text(const std::string& path) {
    const Answer answer = ask(path);
    REQUIRE(answer.status == 200);
    return to_text(answer.body);
  }

  TempFolder temp;
  std::optional<Log> log;
  std::string token;
  Publication publication{temp / "log", temp / "readers", Policy::log_only(log_key().public_key())};
};

std::vector<TreeHash> hashes_of(const std::string& text) {
  std::vector<TreeHash> out;
  for (std::size_t at = 0; (at = text.find("node_hash=", at)) != std::string::npos; at += 10)
    out.push_back(id_from_hex<TreeHash>(text.substr(at + 10, 64)).value());
  return out;
}

}  // namespace

TEST_CASE("each thing that is published has one path") {
  const std::string hash(64, 'a');
  for (const std::string& path : {std::string("/checkpoint"), std::string("/checkpoint.log-signed"), std::string("/get-tree-head"),
                                  std::string("/tile/0/000"), std::string("/tile/63/x001/234.p/1"), std::string("/tile/entries/x012/345.p/255"),
                                  std::string("/anchors/70000/authority-1.tsr"), std::string("/get-leaves/0/1"),
                                  std::string("/get-consistency-proof/1/2"), "/get-inclusion-proof/2/" + hash})
    CHECK(parse_published_path(path));
  for (const char* path : {"", "/", "//checkpoint", "/checkpoint/", "/checkpoint?x", "/Checkpoint", "/tile/0/0", "/tile/0/000.p/0", "/tile/0/000.p/256",
                           "/tile/00/000", "/tile/64/000", "/tile/0/x000/001", "/tile/0/../../../store.db", "/tile/entries/../0/000", "/tile/entries/000/",
                           "/tile/0/%30%30%30", "/anchors/1/..", "/anchors/1/.hidden", "/anchors/1/a..b", "/anchors/1/a/b", "/anchors/01/a", "/anchors/1/",
                           "/anchors/1/A", "/anchors/x/a", "/anchors/1/a.", "/log/checkpoint", "/store.db", "/readers"})
    CHECK(parse_published_path(path).code() == Errc::not_found);
  for (const std::string& path : {std::string("/get-leaves/1/1"), std::string("/get-leaves/2/1"), std::string("/get-leaves/01/2"), std::string("/get-leaves/0/"),
                                  std::string("/get-leaves/0/1/2"), std::string("/get-leaves/-1/2"), std::string("/get-consistency-proof/0/1"),
                                  std::string("/get-consistency-proof/3/3"), std::string("/get-consistency-proof/3"), "/get-inclusion-proof/1/" + hash,
                                  "/get-inclusion-proof/2/" + hash + "a", "/get-inclusion-proof/2/" + std::string(64, 'A'),
                                  std::string("/get-leaves/18446744073709551616/18446744073709551617")})
    CHECK(parse_published_path(path).code() == Errc::malformed);
  CHECK(split_reader("/reader/t0/get-leaves/0/1").rest == "/get-leaves/0/1");
  CHECK(split_reader("/reader/t0").rest.empty());
  CHECK_FALSE(split_reader("/readers/t0/x").token);
}

TEST_CASE("the checkpoint is shown as it is on the disk") {
  Published published(3);
  CHECK(published.text("/checkpoint") == text_of(published.log->view()->checkpoint().note.bytes()));
  CHECK(published.ask("/checkpoint").caching == "no-cache");
  published.grow(4);
  CHECK(published.text("/checkpoint") == text_of(published.log->view()->checkpoint().note.bytes()));
  CHECK(published.text("/checkpoint.log-signed") == published.text("/checkpoint"));
}

TEST_CASE("where witnesses must vouch, only what they vouched for is the checkpoint") {
  Published published(5);
  const SigningKey witness = Scribe::key_of(77);
  const std::string text = "log " + hex(log_key().public_key()) + "\nwitness w1 " + hex(witness.public_key()) + "\nquorum w1\n";
  Publication vouched(published.temp / "log", published.temp / "readers", Policy::parse(bytes_of(text)).value());
  CHECK(vouched.answer({"/checkpoint", {}})->status == 404);
  CHECK(vouched.answer({"/get-tree-head", {}})->status == 404);
  CHECK(vouched.answer({"/checkpoint.log-signed", {}})->status == 200);

  const Checkpoint five = published.log->view()->checkpoint();
  const Note cosigned = five.note.with_line(cosign(five, "w1", 1'777'636'800, witness)).value();
  REQUIRE(write_file_durably(published.temp / "log/cosigned", cosigned.bytes()));
  published.grow(9);
  CHECK(vouched.answer({"/checkpoint", {}})->body == cosigned.bytes());
  CHECK(vouched.answer({"/checkpoint.log-signed", {}})->body == published.log->view()->checkpoint().note.bytes());
  const auto head = vouched.answer({"/get-tree-head", {}});
  CHECK(text_of(head->body).find("size=5\n") == 0);
  CHECK(text_of(head->body).find("\ncosignature=" + hex(witness.public_key().hash()) + " 1777636800 ") != std::string_view::npos);
}

TEST_CASE("every tile of every published size can be read, also after wider ones took its place") {
  Published published;
  for (const std::uint64_t size : {1U, 2U, 5U, 255U, 256U, 257U, 511U, 700U}) {
    published.grow(size);
    for (const std::uint64_t older : {std::uint64_t{1}, size / 2 + 1, size})
      for (const TileId& tile : new_tiles(0, older)) {
        const Answer answer = published.ask("/" + tile_path(tile));
        INFO(tile_path(tile) << " of " << size);
        REQUIRE(answer.status == 200);
        CHECK(answer.body.size() == tile.width * 32);
        CHECK((answer.caching.find("immutable") != std::string_view::npos) == (tile.width == 256));
        if (tile.level == 0) CHECK(ByteView(answer.body).last(32)[0] == leaf_hash(leaf_number(tile.index * 256 + tile.width - 1)).raw()[0]);
      }
  }
  for (const char* beyond : {"/tile/0/002.p/189", "/tile/0/002", "/tile/0/003.p/1", "/tile/1/000.p/3", "/tile/2/000.p/1", "/tile/8/000.p/1", "/tile/63/000"})
    CHECK(published.ask(beyond).status == 404);
}

TEST_CASE("what is on the disk beyond the signed checkpoint is not shown") {
  Published published(3);
  REQUIRE(write_file_durably(published.temp / "log/tile/0/000.p/9", Bytes(9 * 32)));
  CHECK(published.ask("/tile/0/000.p/9").status == 404);
}

TEST_CASE("a log whose checkpoint cannot be read is an error, not an empty log") {
  Published published(3);
  REQUIRE(remove_file_durably(published.temp / "log/tile/0/000.p/3"));
  CHECK(published.ask("/tile/0/000.p/3").status == 500);
  REQUIRE(write_file_durably(published.temp / "log/checkpoint", bytes_of("nonsense\n")));
  CHECK(published.ask("/checkpoint").status == 500);
  CHECK(published.ask("/get-tree-head").status == 500);
}

TEST_CASE("leaves are for readers, and who is none learns nothing of what is there") {
  Published published(300);
  const std::string token = published.token;
  const auto in_path = [&](const std::string& path) { return "/reader/" + token + path; };
  for (const std::string& path : {std::string("/tile/entries/000"), std::string("/tile/entries/999"), std::string("/tile/entries/nonsense"),
                                  std::string("/get-leaves/0/1"), std::string("/get-leaves/1000/1001"), std::string("/get-leaves/x")}) {
    const Answer stranger = published.ask(path);
    CHECK(stranger.status == 401);
    for (const std::string& wrong : {std::string(), std::string(64, '0'), token.substr(1), token + "0", "Bearer " + token}) {
      const Answer refused = published.ask(path, wrong);
      CHECK(refused.status == 401);
      CHECK(refused.body == stranger.body);
    }
    CHECK(published.ask("/reader/" + std::string(64, '0') + path).status == 401);
  }
  CHECK(published.ask("/reader/" + std::string(64, '0') + "/checkpoint").status == 401);
  CHECK(published.ask("/reader/").status == 401);

  CHECK(read_entries(published.ask("/tile/entries/000", token).body).value() == leaves_between(0, 256));
  CHECK(read_entries(published.ask(in_path("/tile/entries/001.p/10")).body).value() == leaves_between(256, 266));
  CHECK(published.ask(in_path("/tile/entries/001.p/45")).status == 404);
  CHECK(published.ask("/tile/entries/000", token).caching == "no-store");
  CHECK(published.ask(in_path("/checkpoint")).caching == "no-store");
  CHECK(published.ask(in_path("")).status == 404);
  // The path's token decides, if there is one.
  CHECK(published.ask("/reader/" + std::string(64, '0') + "/get-leaves/0/1", token).status == 401);
}

TEST_CASE("a reader comes and goes while the log is published") {
  Published published(3);
  const Path file = published.temp / "readers";
  const std::string other = add_reader(file, "a-school").value();
  CHECK(other.size() == 64);
  CHECK(Readers::load(file)->names() == std::vector<std::string>{"a-school", "partner"});
  CHECK(published.ask("/get-leaves/0/3", other).status == 200);
  REQUIRE(remove_reader(file, "a-school"));
  CHECK(published.ask("/get-leaves/0/3", other).status == 401);
  CHECK(published.ask("/get-leaves/0/3", published.token).status == 200);
  CHECK(add_reader(file, "partner").code() == Errc::already_exists);
  CHECK(remove_reader(file, "nobody").code() == Errc::not_found);
  for (const char* name : {"", "A", "a b", "a\n", "../a", "0123456789012345678901234567890123"})
    CHECK(add_reader(file, name).code() == Errc::malformed);
  const std::string content = to_text(read_file(file, 65536).value());
  CHECK(content.find(published.token) == std::string::npos);
  CHECK(content == "dokaz/readers/v1\nreader partner " + hex(sha256(published.token)) + "\n");
  for (const std::string& bad : {content + "x", content + content.substr(17), content.substr(1), content + "reader a " + std::string(64, '0') + "\n"}) {
    REQUIRE(write_file_durably(file, bytes_of(bad)));
    CHECK(Readers::load(file).code() == Errc::damaged_store);
    CHECK(published.ask("/get-leaves/0/3", published.token).status == 401);
  }
}

TEST_CASE("readers are added by several at once, and none is lost") {
  TempFolder temp;
  REQUIRE(make_private_folder(temp / "data"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] { (void)add_reader(temp / "data/readers", "reader-" + std::to_string(i)).has_value(); });
  for (auto& each : threads) each.join();
  CHECK(Readers::load(temp / "data/readers")->names().size() == 4);
}

TEST_CASE("inclusion is proven by the leaf's hash, for every leaf and several sizes") {
  Published published(600);
  for (const std::uint64_t size : {2U, 256U, 257U, 600U}) {
    const TileReader tiles(TileFolder(published.temp / "log"), 600);
    const TreeHead head{size, root_of(size, tiles.reader()).value()};
    for (std::uint64_t index = 0; index < size; index += size > 300 ? 7 : 1) {
      const TreeHash hash = leaf_hash(leaf_number(index));
      const std::string text = published.text("/get-inclusion-proof/" + std::to_string(size) + "/" + hex(hash));
      REQUIRE(text.find("leaf_index=" + std::to_string(index) + "\n") == 0);
      REQUIRE(verify_inclusion(hash, index, hashes_of(text), head));
    }
  }
  CHECK(published.ask("/get-inclusion-proof/600/" + hex(leaf_hash(leaf_number(600)))).status == 404);
  CHECK(published.ask("/get-inclusion-proof/256/" + hex(leaf_hash(leaf_number(256)))).status == 404);
  CHECK(published.ask("/get-inclusion-proof/601/" + hex(leaf_hash(leaf_number(0)))).status == 404);
  published.grow(1200);
  CHECK(published.ask("/get-inclusion-proof/1200/" + hex(leaf_hash(leaf_number(1111)))).status == 200);
}

TEST_CASE("a log of many tiles is indexed in steps") {
  Published published(256 * 200 + 3);
  const std::string path = "/get-inclusion-proof/51203/" + hex(leaf_hash(leaf_number(40'000)));
  int steps = 0;
  std::optional<Answer> answer;
  while (!(answer = published.publication.answer({path, {}}))) ++steps;
  CHECK(steps == 3);
  CHECK(text_of(answer->body).find("leaf_index=40000\n") == 0);
}

TEST_CASE("consistency is proven between any two sizes that the log has reached") {
  Published published(600);
  const auto head_of = [&](std::uint64_t size) {
    const TileReader tiles(TileFolder(published.temp / "log"), 600);
    return TreeHead{size, root_of(size, tiles.reader()).value()};
  };
  for (const auto& [older, newer] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{1, 2}, {2, 3}, {255, 256}, {256, 600}, {599, 600}}) {
    const std::string text = published.text("/get-consistency-proof/" + std::to_string(older) + "/" + std::to_string(newer));
    CHECK(verify_consistency(head_of(older), head_of(newer), hashes_of(text)));
  }
  CHECK(published.ask("/get-consistency-proof/1/601").status == 404);
}

TEST_CASE("leaves come in their order, and at most 512 at once") {
  Published published(1000);
  const auto lines = [&](const std::string& path) {
    const std::string text = to_text(published.ask(path, published.token).body);
    return std::count(text.begin(), text.end(), '\n');
  };
  CHECK(lines("/get-leaves/0/1") == 1);
  CHECK(lines("/get-leaves/250/260") == 10);
  CHECK(lines("/get-leaves/100/1000") == 512);
  CHECK(lines("/get-leaves/999/5000") == 1);
  CHECK(lines("/get-leaves/0/18446744073709551615") == 512);
  CHECK(published.ask("/get-leaves/1000/1001", published.token).status == 404);
  const Leaf leaf = leaf_number(511);
  CHECK(to_text(published.ask("/get-leaves/511/512", published.token).body) ==
        "leaf=" + hex(leaf.view().first(32)) + " " + hex(leaf.view().subspan(32, 64)) + " " + hex(leaf.view().subspan(96)) + "\n");
}

TEST_CASE("anchors are shown by plain names, and links are not followed") {
  Published published(3);
  REQUIRE(make_inner_folder(published.temp / "log/anchors/3"));
  REQUIRE(write_file_durably(published.temp / "log/anchors/3/authority.tsr", bytes_of("token")));
  CHECK(published.text("/anchors/3/authority.tsr") == "token");
  CHECK(published.ask("/anchors/4/authority.tsr").status == 404);
  std::filesystem::create_symlink(published.temp / "readers", published.temp / "log/anchors/3/link");
  CHECK(published.ask("/anchors/3/link").status == 404);
}

TEST_CASE("a reader beside a writer sees only whole tiles of what was signed") {
  Published published(1);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    Log log = std::move(*published.log);
    for (std::uint64_t size = 1; size < 700; size += 9) (void)log.append(leaves_between(size, std::min<std::uint64_t>(size + 9, 700))).has_value();
    done = true;
  });
  std::uint64_t rounds = 0;
  std::vector<std::string> wrong;
  while (!done || rounds == 0) {
    ++rounds;
    const auto note = Note::parse(published.ask("/checkpoint").body);
    const TreeHead head = parse_checkpoint(note.value())->head;
    for (const TileId& tile : new_tiles(head.size - head.size % 256, head.size)) {
      const Answer answer = published.ask("/" + tile_path(tile));
      if (answer.status != 200 || answer.body.size() != tile.width * 32) wrong.push_back(tile_path(tile));
      else if (tile.level == 0 &&
               text_of(answer.body).substr((tile.width - 1) * 32) != text_of(leaf_hash(leaf_number(tile.index * 256 + tile.width - 1)).view()))
        wrong.push_back(tile_path(tile) + " content");
    }
    if (head.size > 1) {
      const Answer proof = published.ask("/get-inclusion-proof/" + std::to_string(head.size) + "/" + hex(leaf_hash(leaf_number(head.size - 1))));
      if (proof.status != 200 || !verify_inclusion(leaf_hash(leaf_number(head.size - 1)), head.size - 1, hashes_of(to_text(proof.body)), head))
        wrong.push_back("proof");
    }
  }
  writer.join();
  CHECK(wrong.empty());
}

}  // namespace dokaz::server
