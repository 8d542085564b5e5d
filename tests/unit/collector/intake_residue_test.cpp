// SPDX-License-Identifier: GPL-3.0-or-later
// The search for residues: what is planted is found wherever it can stand, and honest files are let pass.
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

#include "collector/intake/check/residue.hpp"
#include "collector/intake/check/residue_matcher.hpp"
#include "collector/intake/check/residue_needles.hpp"
#include "collector/intake/check/residue_regions.hpp"
#include "crypto/encoding.hpp"
#include "intake_exif.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

Bytes utf16(std::string_view value, bool big) {
  Bytes out;
  for (const char c : value) {
    if (big) out.push_back(0);
    out.push_back(static_cast<Byte>(c));
    if (!big) out.push_back(0);
  }
  return out;
}

/// "clean" or "residue" where `removed` is all that was left out.
std::string outcome(Media media, const Bytes& removed, const Bytes& clean) {
  const Stretch all[] = {{0, removed.size()}};
  const auto found = check::find_residue(media, MemoryContent(removed), all, MemoryContent(clean));
  if (found) return "clean";
  return found.code() == Errc::not_clean && found.error().detail.find("removed") != std::string::npos ? "residue" : "error";
}

/// Reproducible bytes that look like coded data of a JPEG: no marker.
Bytes noise(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  Bytes out(size);
  for (Byte& byte : out)
    do byte = static_cast<Byte>(random());
    while (byte == 0xff);
  return out;
}

Bytes with(Bytes into, std::size_t at, const Bytes& what) {
  std::copy(what.begin(), what.end(), into.begin() + static_cast<std::ptrdiff_t>(at));
  return into;
}

/// A walk and the search over its outcome.
std::string honest(const Bytes& file) {
  const auto walked = walk(file);
  if (!walked) return std::string(name_of(walked.code()));
  const Bytes clean = clean_copy(file, walked->plan);
  const auto found = check::find_residue(walked->media, MemoryContent(file), left_out(walked->plan, file.size()),
                                         MemoryContent(clean));
  return found ? "clean" : found.error().detail;
}

/// A file too large to lie in memory, as far as its reader knows.
class Streamed : public MemoryContent {
 public:
  using MemoryContent::MemoryContent;
  std::optional<ByteView> view() const override { return std::nullopt; }
};

Bytes box(std::string_view type, const Bytes& body) {
  return joined({big32(static_cast<std::uint32_t>(8 + body.size())), text(type), body});
}

}  // namespace

TEST_CASE("what the plan leaves out is the rest of the original") {
  CleanPlan plan;
  plan.put(text("xx"));
  plan.copy(10, 5);
  plan.copy(2, 3);
  plan.copy(12, 8);
  CHECK(left_out(plan, 25) == std::vector<Stretch>{{0, 2}, {5, 5}, {20, 5}});
  CHECK(left_out(CleanPlan(), 5) == std::vector<Stretch>{{0, 5}});
  CHECK(left_out(CleanPlan(), 0).empty());
}

TEST_CASE("a planted residue is found in each of its writings") {
  const Bytes removed = joined({Bytes(40, 0), text(canary), Bytes(40, 0)});
  const std::string both = "ab" + std::string(canary);
  const std::vector<std::pair<const char*, Bytes>> writings = {
      {"as it is", text(canary)},
      {"UTF-16, little-endian", utf16(canary, false)},
      {"UTF-16, big-endian", utf16(canary, true)},
      {"base64", text(base64(bytes_of(canary)))},
      {"base64 one further", text(base64(bytes_of(std::string_view(both).substr(1))))},
      {"base64 two further", text(base64(bytes_of(both)))},
  };
  for (const auto& [name, planted] : writings) {
    INFO(name);
    CHECK(outcome(Media::jpeg, removed, Jpeg{.coded = with(noise(5000), 2000, planted)}.bytes()) == "residue");
    CHECK(outcome(Media::jpeg, removed, Jpeg{.app = segment(0xfe, planted)}.bytes()) == "residue");
    CHECK(outcome(Media::jpeg, removed, Jpeg{.app = segment(0xe5, planted)}.bytes()) == "residue");
    CHECK(outcome(Media::jpeg, removed, Jpeg{.trailer = planted}.bytes()) == "residue");
    CHECK(outcome(Media::png, removed, Png{.colour = 3, .palette = chunk("PLTE", with(noise(768), 300, planted))}.bytes()) ==
          "residue");
    CHECK(outcome(Media::png, removed, Png{.after_raster = chunk("tEXt", planted)}.bytes()) == "residue");
    CHECK(outcome(Media::png, removed, Png{.width = 200, .height = 200, .raster = with(noise(201 * 200), 7777, planted)}.bytes()) ==
          "residue");
  }
  CHECK(outcome(Media::jpeg, removed, Jpeg{.coded = noise(5000)}.bytes()) == "clean");
  CHECK(outcome(Media::png, removed, Png{}.bytes()) == "clean");
}

TEST_CASE("texts of every length are found behind bytes that are no text, and nothing else is") {
  const std::string letters = "KordowaBryzginLapysz";
  for (std::size_t length = 6; length <= 20; ++length) {
    INFO(length);
    const Bytes removed = text(letters.substr(0, length));
    const Bytes before = {'A', 0x80, 'B', 'C', 'D', 'E', 'F', 0xfe, 'G', 'H', 'I', 'J', 'K', 'L', 'M'};
    CHECK(outcome(Media::jpeg, removed, Jpeg{.app = segment(0xfe, joined({before, removed}))}.bytes()) == "residue");
    CHECK(outcome(Media::jpeg, removed, Jpeg{.app = segment(0xfe, joined({before, Bytes(length, 'x'), before}))}.bytes()) == "clean");
    CHECK(outcome(Media::jpeg, removed, Jpeg{.coded = with(noise(5000), 2000, removed)}.bytes()) ==
          (length < 8 ? "clean" : "residue"));
  }
}

TEST_CASE("the fast search finds what a plain one finds") {
  std::mt19937 random(11);
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random() % end); };
  // Few letters, some over 127, so that patterns overlap and almost match.
  const auto letters = [&](std::size_t size, std::size_t alphabet) {
    std::string out(size, '\0');
    for (char& c : out) c = "a\x80\xff" "bcdefgh\0ijk"[below(alphabet)];
    return out;
  };
  constexpr std::size_t strengths[] = {6, 8, 12, 16};
  std::size_t found = 0, missed = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::size_t alphabet = 2 + below(11);
    check::Matcher matcher;
    std::vector<check::Pattern> patterns;
    for (std::size_t count = below(40); count > 0; --count) {
      patterns.push_back({letters(6 + below(20), alphabet), 5 + below(14)});
      matcher.add(patterns.back());
    }
    matcher.finish(strengths);
    std::string place = letters(below(300), alphabet);
    if (!patterns.empty() && round % 2 == 0) place.insert(below(place.size() + 1), patterns[below(patterns.size())].bytes);
    for (const std::size_t strength : strengths) {
      const bool expected = std::any_of(patterns.begin(), patterns.end(), [&](const check::Pattern& one) {
        return one.strength >= strength && place.find(one.bytes) != std::string::npos;
      });
      if (matcher.find(bytes_of(place), strength) != expected) FAIL("round " << round << ", strength " << strength);
      ++(expected ? found : missed);
    }
  }
  CHECK(found > 1000);
  CHECK(missed > 1000);
}

TEST_CASE("a removed text is known in whatever form it stood") {
  const Bytes clean = Jpeg{.coded = with(noise(5000), 2000, text(canary))}.bytes();
  std::string hexadecimal = "\nexif\n   32\n";
  for (const Byte byte : joined({Bytes(9, 0), text(canary), Bytes(9, 0)}))
    hexadecimal += "0123456789abcdef"[byte >> 4], hexadecimal += "0123456789abcdef"[byte & 15];
  for (const Bytes& removed :
       {text(canary), joined({text("<x:a b='"), text(canary), text("'/>")}), utf16(canary, false), joined({{1}, utf16(canary, true)}),
        chunk("zTXt", joined({text("k\0\0"sv), deflated(joined({text("a line\n"), text(canary)}))})),
        chunk("iCCP", joined({text("k\0\0"sv), deflated(joined({Bytes(200, 0), utf16(canary, true), Bytes(50, 0)}))})),
        chunk("zTXt", joined({text("Raw profile type exif\0\0"sv), deflated(text(hexadecimal))})), text(hexadecimal),
        joined({text(std::string(5000, ' ')), text(canary)}), text(std::string(200, 'x') + " " + std::string(canary) + ", a word of many")})
    CHECK(outcome(Media::jpeg, removed, clean) == "residue");
}

TEST_CASE("numbers and identifiers are looked for as they stand, and as others write them") {
  ExifBlock place, all;
  place.rationals(2, {50, 1, 27, 1, 123456, 10000});
  all.directory(0x8825, place);
  const Bytes exif = all.bytes();
  const Bytes rationals(exif.end() - 24, exif.end());
  const auto finds = [](const Bytes& removed, const Bytes& planted) {
    return outcome(Media::jpeg, removed, Jpeg{.coded = with(noise(5000), 2000, planted)}.bytes());
  };
  CHECK(finds(exif, rationals) == "residue");
  CHECK(finds(joined({text("Exif\0\0"sv), exif}), Bytes(rationals.end() - 8, rationals.end())) == "residue");
  CHECK(finds(text("2026:05:01 10:12:00"), text("2026-05-01T10:12:00")) == "residue");
  CHECK(finds(text("2026:05:01 10:12:00"), text("20260501101200")) == "residue");
  const Bytes uuid = {0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0x00};
  CHECK(finds(text("xmp.did:123e4567-e89b-12d3-a456-426614174000"), uuid) == "residue");
  CHECK(finds(text("123E4567E89B12D3A456426614174000"), uuid) == "residue");
  CHECK(finds(text("123e4567-e89b-12d3-a456-426614174001"), uuid) == "clean");
  // Unset, it stands in every second table.
  ExifBlock unset, none;
  unset.rationals(2, {0, 1, 0, 1, 0, 1});
  none.directory(0x8825, unset);
  CHECK(finds(none.bytes(), Bytes{0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}) == "clean");
}

TEST_CASE("texts shorter than a place allows are no residue there") {
  const auto in_scan = [](std::string_view value) {
    return outcome(Media::jpeg, text(value), Jpeg{.coded = with(noise(5000), 2000, text(value))}.bytes());
  };
  CHECK(in_scan("K7F3A9") == "clean");
  CHECK(in_scan("SN-K7F3A9") == "residue");
  CHECK(in_scan("aaaaaaaaaaaaaaaa") == "clean");
  CHECK(in_scan("CDEFGHIJKLMN") == "clean");
  CHECK(in_scan("11221122112211") == "clean");
  CHECK(outcome(Media::jpeg, text("K7F3A9"), Jpeg{.app = segment(0xfe, text("K7F3A9"))}.bytes()) == "residue");
  CHECK(outcome(Media::jpeg, text("K7F3A"), Jpeg{.app = segment(0xfe, text("K7F3A"))}.bytes()) == "clean");
}

TEST_CASE("honest files that hold a thing twice are clean") {
  // The tables of the picture in its preview; the standard Huffman table is full of letters.
  Bytes letters(65);
  for (std::size_t i = 0; i < letters.size(); ++i) letters[i] = static_cast<Byte>(i == 0 ? 0 : ' ' + (i * 37) % 90);
  const Bytes tables = joined({segment(0xdb, letters), segment(0xc4, huffman(0, 0)), segment(0xc4, huffman(1, 0))});
  const Bytes preview = Jpeg{.tables = tables}.bytes();
  CHECK(honest(Jpeg{.app = segment(0xe1, joined({text("Exif\0\0"sv), exif(6, "a description"), preview})), .tables = tables}.bytes()) ==
        "clean");
  // The whole file behind itself.
  Bytes noisy_raster = noise(301 * 300);
  for (std::size_t row = 0; row < 300; ++row) noisy_raster[301 * row] = 0;  // no filter
  for (const Bytes& file : {Jpeg{.tables = tables}.bytes(), Png{}.bytes(), Png{.width = 300, .height = 300, .raster = noisy_raster}.bytes()}) {
    CHECK(honest(joined({file, file})) == "clean");
    CHECK(honest(file) == "clean");
  }
  // A palette that is written anew with the same colours; another text is no colour.
  const Bytes colours = joined({text("?698:7K22R/3o#(|D /7(+:&..,/4**K"), Bytes(768 - 32, 0)});
  CHECK(outcome(Media::png, Png{.colour = 3, .palette = chunk("PLTE", colours)}.bytes(),
                Png{.colour = 3, .palette = chunk("PLTE", colours)}.bytes()) == "clean");
  CHECK(outcome(Media::png, joined({Png{.colour = 3, .palette = chunk("PLTE", colours)}.bytes(), text("22R/3o#(")}),
                Png{.colour = 3, .palette = chunk("PLTE", colours)}.bytes()) == "residue");
  // A text amid noise may be noise.
  const Bytes coded = with(noise(5000), 2000, text("ABcdEF-12xyZ"));
  CHECK(outcome(Media::jpeg, coded, Jpeg{.coded = coded}.bytes()) == "clean");
  const std::string film = "a text of 24 letters, at least";
  CHECK(outcome(Media::jpeg, with(noise(5000), 99, text(film)), Jpeg{.coded = with(noise(5000, 2), 2000, text(film))}.bytes()) ==
        "residue");
}

TEST_CASE("films are searched piece by piece, across the pieces") {
  const std::string long_text = std::string(canary) + "-and-more";
  const Bytes removed = joined({Bytes(8, 0), text(long_text), Bytes(8, 0)});
  const Stretch all[] = {{0, removed.size()}};
  const std::size_t front = box("ftyp", Bytes(8, 0)).size() + 8;
  for (const std::size_t at : {std::size_t{0}, (std::size_t{1} << 20) - 5, (std::size_t{3} << 20) - long_text.size()}) {
    const Bytes film = joined({box("ftyp", Bytes(8, 0)), box("mdat", with(noise(std::size_t{3} << 20), at, text(long_text)))});
    CHECK(film.size() == front + (std::size_t{3} << 20));
    const auto found = check::find_residue(Media::mp4, Streamed(removed), all, Streamed(film));
    CHECK_FALSE(found);
  }
  // Encoders write their names into coded sound.
  CHECK(outcome(Media::m4a, joined({text("Lavc59.37.100"), {0}}), box("mdat", with(noise(500), 9, text("Lavc59.37.100")))) == "clean");
  const Bytes handler = joined({Bytes(4, 0), text("mhlrvide"), Bytes(12, 0)});
  const auto moov = [&](const Bytes& name) {
    return box("moov", box("trak", box("mdia", box("hdlr", joined({handler, name})))));
  };
  CHECK(outcome(Media::mp4, moov({0}), moov({0})) == "clean");
  CHECK(outcome(Media::mp4, moov(text("Core Media Video")), moov(text("Core Media Video"))) == "residue");
  CHECK(outcome(Media::heic, text(canary), box("meta", joined({Bytes(4, 0), box("iinf", box("infe", text(canary)))}))) == "residue");
}

TEST_CASE("other kinds of clean copies are searched beside their tables") {
  const Bytes removed = text(canary);
  const auto riff = [](const Bytes& chunks) { return joined({text("RIFF\0\0\0\0WEBP"sv), chunks}); };
  const auto webp = [](std::string_view type, const Bytes& body) {
    return joined({text(type), {static_cast<Byte>(body.size()), 0, 0, 0}, body, Bytes(body.size() % 2, 0)});
  };
  CHECK(outcome(Media::webp, removed, riff(webp("VP8L", with(noise(100), 50, text(canary))))) == "residue");
  CHECK(outcome(Media::webp, removed, riff(webp("ANMF", joined({Bytes(16, 1), webp("VP8 ", with(noise(100), 50, text(canary)))})))) ==
        "residue");
  CHECK(outcome(Media::webp, text("WEBPVP8X RIFFxxxxWEBPVP8L"), riff(webp("VP8X", noise(10)))) == "clean");
  const Bytes gif_front = joined({text("GIF89a\1\0\1\0\x80\0\0"sv), Bytes(6, 0)});
  const Bytes loop = text("\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"sv), end = {0x3b};
  const auto picture = [&](const Bytes& data) { return joined({text("\x2c\0\0\0\0\1\0\1\0\0\2"sv), {static_cast<Byte>(data.size())}, data, {0}}); };
  CHECK(outcome(Media::gif, text("GIF89a NETSCAPE2.0"), joined({gif_front, loop, picture(noise(99)), end})) == "clean");
  CHECK(outcome(Media::gif, removed, joined({gif_front, picture(with(noise(99), 50, text(canary))), end})) == "residue");
  CHECK(outcome(Media::gif, removed, joined({gif_front, text("\x21\xfe\x0d"sv), text(canary), {0}, end})) == "residue");
  const auto tiff = [&](const Bytes& strip) {
    return joined({text("MM\0*\0\0\0\x08\0\2\1\x11\0\4\0\0\0\1\0\0\0\x26\1\x17\0\4\0\0\0\1\0\0\0\x63\0\0\0\0"sv), strip});
  };
  CHECK(outcome(Media::tiff, removed, tiff(with(noise(99), 50, text(canary)))) == "residue");
  CHECK(outcome(Media::tiff, removed, tiff(noise(99))) == "clean");
}

TEST_CASE("the Exif block of a clean copy is found wherever it stands") {
  const Bytes block = canonical_exif(6);
  const auto found = [](Media media, const Bytes& file) { return check::exif_blocks(media, MemoryContent(file)).value(); };
  CHECK(found(Media::jpeg, Jpeg{.app = exif_segment(block)}.bytes()) == std::vector<Bytes>{block});
  CHECK(found(Media::png, Png{.before_palette = chunk("eXIf", block)}.bytes()) == std::vector<Bytes>{block});
  CHECK(found(Media::webp, joined({text("RIFF\0\0\0\0WEBPEXIF\x1a\0\0\0"sv), block})) == std::vector<Bytes>{block});
  CHECK(found(Media::tiff, block) == std::vector<Bytes>{block});
  CHECK(found(Media::jpeg, Jpeg{}.bytes()).empty());
  CHECK(found(Media::mp4, box("ftyp", Bytes(8, 0))).empty());
}

TEST_CASE("a clean copy that is cut or lies about its lengths ends the search") {
  const Bytes removed = text(canary);
  for (const auto& [media, file] : std::vector<std::pair<Media, Bytes>>{
           {Media::jpeg, Jpeg{}.bytes()}, {Media::png, Png{}.bytes()}, {Media::gif, text("GIF89a\1\0\1\0\xf7\0\0\x2c")},
           {Media::mp4, box("moov", box("trak", box("mdia", Bytes(9, 0))))}, {Media::webp, text("RIFF\0\0\0\0WEBPVP8 \xff\xff\xff\xff"sv)}})
    for (std::size_t size = 0; size < file.size(); ++size) outcome(media, removed, Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)));
  CHECK(outcome(Media::tiff, removed, text("II*\0\x08\0\0\0\xff\xff")) == "error");
}

TEST_CASE("hostile originals cost bounded time") {
  const std::clock_t start = std::clock();
  std::string words, streams, marks, digits;
  for (int i = 0; i < 400'000; ++i) words += "word-" + std::to_string(std::int64_t{i} * 7919) + "=";
  for (int i = 0; i < 1'000'000; ++i) streams += "\x78\x9c";
  for (int i = 0; i < 500'000; ++i) marks += "II*\0"s;
  for (int i = 0; i < 1'000'000; ++i) digits += "3432";
  Bytes bomb = deflated(Bytes(200'000'000, 'x'));
  const Bytes clean = Jpeg{.coded = noise(1'000'000)}.bytes();
  for (const Bytes& removed : {text(words), text(streams), text(marks), text(digits), bomb, Bytes(50'000'000, 'a')})
    CHECK(outcome(Media::jpeg, removed, clean) == "clean");
  check::Needles needles;
  needles.read(bytes_of(words));
  CHECK(needles.texts().size() == check::most_needles);
  CHECK(std::clock() - start < 30 * CLOCKS_PER_SEC);
}

TEST_CASE("real photos hold no residue of what was removed") {
  const char* folder = std::getenv("DOKAZ_CORPUS");
  if (!folder) {
    WARN("DOKAZ_CORPUS names no folder of photos: skipped");
    return;
  }
  std::size_t files = 0, searched = 0, needles = 0, planted = 0;
  std::uint64_t bytes = 0;
  std::chrono::duration<double, std::milli> spent{0};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const Bytes file{std::istreambuf_iterator<char>(in), {}};
    ++files;
    const auto walked = walk(file);
    if (!walked) continue;
    INFO(entry.path().filename());
    const Bytes clean = clean_copy(file, walked->plan);
    const auto removed = left_out(walked->plan, file.size());
    const auto start = std::chrono::steady_clock::now();
    const auto found = check::find_residue(walked->media, MemoryContent(file), removed, MemoryContent(clean));
    spent += std::chrono::steady_clock::now() - start;
    if (!found) FAIL_CHECK(found.error().detail);
    check::Needles words;
    for (const Stretch& one : removed) words.read(ByteView(file).subspan(one.offset, one.length));
    needles += words.texts().size();
    ++searched;
    bytes += file.size();
    // The search is no formality: a text of this very file, planted, is found.
    for (const std::string& word : words.texts()) {
      if (walked->media != Media::jpeg || clean.size() < 4000 || word.size() < 8 || check::distinct_bytes(word) < 5) continue;
      Bytes doctored = clean;
      std::copy(word.begin(), word.end(), doctored.end() - 500);
      INFO(word);
      CHECK_FALSE(check::find_residue(walked->media, MemoryContent(file), removed, MemoryContent(doctored)));
      ++planted;
      break;
    }
  }
  WARN(searched << " of " << files << " files searched, " << planted << " also with a text planted, " << (searched ? needles / searched : 0) << " texts each, "
                << spent.count() / static_cast<double>(std::max<std::size_t>(searched, 1)) << " ms each, "
                << static_cast<double>(bytes) / 1e3 / spent.count() << " MB/s");
}
