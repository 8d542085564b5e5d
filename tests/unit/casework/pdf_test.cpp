// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of ours, judged by programs of others.
#include <catch2/catch.hpp>

#include "casework/pdf/parts.hpp"
#include "casework/pdf/picture_kind.hpp"
#include "casework/pdf/scan.hpp"
#include "foreign_pdfs.hpp"
#include "jpegs.hpp"
#include "outside.hpp"

using namespace dokaz;
using namespace dokaz::pdf;
using namespace dokaz::test;

namespace {

constexpr const char* languages[] = {"The quick brown fox files affidavits, fluffy",
                                     "Ў Беларусі ёсць Ґанак і ўсё іншае",
                                     "Zażółć gęślą jaźń — dążenie",
                                     "Įlinkdama fechtuotojo špaga sublykčiojusi",
                                     "Щастя б’є жар-птицею, їжак, ґанок, єнот",
                                     "Съешь ещё этих мягких французских булок"};

Picture picture_of(const Bytes& jpeg, std::vector<Paragraph> below = {}) {
  const auto head = picture_head(jpeg);
  REQUIRE(head);
  return Picture{head->kind, head->width, head->height, head->orientation, jpeg.size(), [jpeg]() -> Result<Bytes> { return jpeg; },
                 std::move(below)};
}

template <class... Blocks>
Document of(std::string head, Blocks... blocks) {
  Document document{std::move(head), {}};
  (document.blocks.emplace_back(std::move(blocks)), ...);
  return document;
}

struct Made {
  std::vector<Part> parts;
  std::vector<Bytes> files;
};

Result<Made> made_of(const Document& document, std::vector<ForeignPdf> foreign = {}, std::uint64_t max_size = max_part_size,
                     std::vector<std::string> words = {}) {
  DOKAZ_LET(fonts, Fonts::load());
  DOKAZ_LET(laid, lay_out(document, fonts));
  Made made;
  PartsMaking making{{1, 0}, "2026-05-01", std::move(foreign), max_size, std::move(words)};
  DOKAZ_TRY(make_parts(laid, making, fonts, [&](const Part& part, Bytes file) -> Status {
    made.parts.push_back(part);
    made.files.push_back(std::move(file));
    return {};
  }));
  return made;
}

Bytes one_file(const Document& document) {
  auto made = made_of(document);
  INFO((made ? std::string() : std::string(name_of(made.code())) + ": " + made.error().detail));
  REQUIRE(made);
  REQUIRE(made->files.size() == 1);
  return made->files.front();
}

Document everything(const Bytes& jpeg) {
  Document document = of("List of documents", NewPage{"Annex 4"}, Heading{1, "Annexes"});
  for (const char* text : languages) document.blocks.push_back(Paragraph{text});
  Table table{{{"No.", 1}, {"Description", 6}, {"Hash", 4, Face::mono}}, {}};
  for (int row = 1; row <= 80; ++row)
    table.rows.push_back({std::to_string(row), "Row " + std::to_string(row) + " " + languages[row % 6], std::string(64, 'a')});
  document.blocks.push_back(std::move(table));
  document.blocks.push_back(NewPage{"Annex 5"});
  document.blocks.push_back(picture_of(jpeg, {{"Exhibit 90ab1c7c, metadata removed", Face::small}}));
  document.blocks.push_back(Blank{"Name", 2});
  return document;
}

std::string flat(std::string text) {
  std::string out;
  for (const char c : text)
    if (c != '\n' && c != ' ' && c != '\f') out += c;
  return out;
}

}  // namespace

TEST_CASE("one input gives the same bytes twice") {
  const Bytes jpeg = make_jpeg(320, 200);
  CHECK(one_file(everything(jpeg)) == one_file(everything(jpeg)));
}

TEST_CASE("a file of ours is PDF/A-1b and has nothing wrong for qpdf") {
  const Scratch scratch;
  const auto path = scratch.write("a.pdf", one_file(everything(make_jpeg(320, 200))));
  if (runs("qpdf --version")) {
    INFO(said_by("qpdf --check " + quoted(path)));
    CHECK(runs("qpdf --check " + quoted(path)));
  } else {
    WARN("qpdf is not installed: skipped");
  }
  const std::string said = preflight_says(path);
  if (said.empty()) WARN("PDFBox preflight is not installed: skipped");
  else CHECK(said == "valid");
}

TEST_CASE("preflight would say so if it were no PDF/A") {
  const Scratch scratch;
  const std::string said = preflight_says(scratch.write("a.pdf", foreign_pdf()));
  if (said.empty()) WARN("PDFBox preflight is not installed: skipped");
  else CHECK(said != "valid");
}

TEST_CASE("text of every language is right and in its order, with page numbers") {
  if (!runs("pdftotext -v")) {
    WARN("pdftotext is not installed: skipped");
    return;
  }
  const Scratch scratch;
  const auto path = scratch.write("a.pdf", one_file(everything(make_jpeg(320, 200))));
  const std::string text = flat(said_by("pdftotext " + quoted(path) + " -"));
  std::size_t at = 0;
  for (const char* one : languages) {
    INFO(one);
    const std::size_t found = text.find(flat(one), at);
    CHECK(found != text.npos);
    if (found != text.npos) at = found;
  }
  CHECK(text.find("a-") == text.npos);  // a hash gets no hyphen where its line ends
  for (const char* one : {"Annex4·p.1/", "Annex4·p.2/", "Annex5·p.", "Row79", "Exhibit90ab1c7c,metadataremoved"}) {
    INFO(one);
    CHECK(text.find(one) != text.npos);
  }
}

TEST_CASE("a JPEG comes out of the PDF as it went in") {
  if (!runs("pdfimages -v")) {
    WARN("pdfimages is not installed: skipped");
    return;
  }
  for (const int orientation : {0, 6}) {
    const Scratch scratch;
    Bytes jpeg = make_jpeg(320, 200, 3, true);
    if (orientation != 0) jpeg = with_orientation(jpeg, orientation);
    const auto path = scratch.write("a.pdf", one_file(of("", picture_of(jpeg))));
    said_by("pdfimages -j " + quoted(path) + " " + quoted(scratch.path() / "out"));
    CHECK(content_of(scratch.path() / "out-000.jpg") == jpeg);
  }
}

TEST_CASE("exiftool sees no metadata but ours") {
  if (!runs("exiftool -ver")) {
    WARN("exiftool is not installed: skipped");
    return;
  }
  const Scratch scratch;
  const auto path = scratch.write("a.pdf", one_file(everything(make_jpeg(320, 200))));
  const std::string said = said_by("exiftool -a -G1 -s " + quoted(path));
  for (const char* never : {"Author", "Creator ", "Title", "cairo", "GPS", "EXIF"}) {
    INFO(said);
    CHECK(said.find(never) == said.npos);
  }
  CHECK(said.find("Producer                        : Dokaz") != said.npos);
}

TEST_CASE("a picture with metadata is written by nobody") {
  const Bytes clean = make_jpeg(64, 48);
  const std::pair<Byte, std::string_view> traces[] = {
      {0xe1, std::string_view("Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x04\0\0\0Cam\0\0\0\0\0", 32)},
      {0xe1, std::string_view("http://ns.adobe.com/xap/1.0/\0<x/>", 33)},
      {0xfe, "a comment"},
      {0xed, "Photoshop 3.0"},
      {0xe5, "something"}};
  for (const auto& [marker, body] : traces) {
    const auto made = made_of(of("", picture_of(with_segment(clean, marker, body))));
    REQUIRE_FALSE(made);
    INFO(made.error().detail);
    CHECK(made.code() == Errc::leaves_traces);
  }
  Bytes longer = clean;
  append(longer, bytes_of("a film behind the photo"));
  CHECK(made_of(of("", picture_of(longer))).code() == Errc::leaves_traces);
  CHECK(made_of(of("", picture_of(with_orientation(clean, 8)))).has_value());
}

TEST_CASE("what foreign PDFs hold beside their pages is noticed, and does not get into the copy") {
  const Bytes traced = with_segment(make_jpeg(64, 48), 0xfe, "taken by somebody");
  ForeignOptions options;
  options.pages = 3;
  options.script = options.attachment = options.form = options.info = true;
  options.jpeg = traced;
  options.jpeg_width = 64;
  options.jpeg_height = 48;
  auto foreign = ForeignPdf::open(foreign_pdf(options));
  REQUIRE(foreign);
  CHECK(foreign->findings().pages == 3);
  CHECK(foreign->findings().scripts);
  CHECK(foreign->findings().attachments);
  CHECK(foreign->findings().form);
  CHECK(foreign->findings().metadata);
  CHECK(foreign->findings().pages_without_text.empty());
  const auto raw = leftovers_in(foreign_pdf(options));
  REQUIRE(raw);
  CHECK(raw->size() >= 4);

  const Document document =
      of("Annexes", NewPage{"Annex 1"}, ForeignPage{0, 0}, ForeignPage{0, 1}, NewPage{"Annex 2"}, ForeignPage{0, 2});
  const auto made = made_of(document, {*foreign});
  REQUIRE(made);
  REQUIRE(made->files.size() == 1);
  CHECK_FALSE(made->parts.front().archive);
  const auto again = made_of(document, {*ForeignPdf::open(foreign_pdf(options))});
  REQUIRE(again);
  CHECK(again->files == made->files);
  const Scratch scratch;
  const auto path = scratch.write("a.pdf", made->files.front());
  if (runs("qpdf --version")) CHECK(runs("qpdf --check " + quoted(path)));
  if (runs("pdftotext -v")) {
    const std::string text = flat(said_by("pdftotext " + quoted(path) + " -"));
    for (const char* one : {"Decisionpage1", "Annex1·p.2/3", "Annex2·p.3/3", "Decisionpage3"}) {
      INFO(one);
      CHECK(text.find(one) != text.npos);
    }
  }
  if (runs("exiftool -ver")) CHECK(said_by("exiftool " + quoted(path)).find("Somebody") == std::string::npos);
}

TEST_CASE("turned pages of others lie as they are read, inside the frame") {
  if (!runs("pdftotext -v")) {
    WARN("pdftotext is not installed: skipped");
    return;
  }
  for (const int rotate : {0, 90, 180, 270}) {
    ForeignOptions options;
    options.rotate = rotate;
    const auto foreign = ForeignPdf::open(foreign_pdf(options));
    REQUIRE(foreign);
    CHECK(foreign->findings().rotated == (rotate != 0));
    const auto made = made_of(of("", ForeignPage{0, 0}), {*foreign});
    REQUIRE(made);
    const Scratch scratch;
    const auto path = scratch.write("a.pdf", made->files.front());
    // Where the words are, in points from the left and the upper edge.
    const std::string boxes = said_by("pdftotext -bbox " + quoted(path) + " - | grep '>Decision<'");
    INFO(rotate << " " << boxes);
    double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
    REQUIRE(std::sscanf(boxes.c_str(), " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"", &x1, &y1, &x2, &y2) == 4);
    CHECK(x1 >= margin);
    CHECK(x2 <= page_width - margin);
    CHECK(y1 >= margin);
    CHECK(y2 <= page_height - margin);
    const bool upright = rotate % 180 == 0;
    CHECK((x2 - x1 > y2 - y1) == upright);
    // The words stand left above on the page as it was coded.
    const double middle_x = (x1 + x2) / 2, middle_y = (y1 + y2) / 2;
    CHECK((middle_x < page_width / 2) == (rotate == 0 || rotate == 270));
    CHECK((middle_y < page_height / 2) == (rotate == 0 || rotate == 90));
  }
}

TEST_CASE("an encrypted or broken PDF is refused") {
  ForeignOptions options;
  options.passphrase = "secret";
  const auto locked = ForeignPdf::open(foreign_pdf(options));
  REQUIRE_FALSE(locked);
  CHECK(locked.code() == Errc::bad_pdf);
  CHECK(locked.error().detail.find("encrypted") != std::string::npos);
  options.passphrase = nullptr;
  options.only_owner = true;
  CHECK(ForeignPdf::open(foreign_pdf(options)).code() == Errc::bad_pdf);

  const Bytes good = foreign_pdf();
  REQUIRE(ForeignPdf::open(good).has_value());
  for (std::size_t length : {std::size_t{0}, std::size_t{5}, good.size() / 4, good.size() / 2, good.size() - 40}) {
    INFO(length);
    const auto cut = ForeignPdf::open(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)));
    REQUIRE_FALSE(cut);
    CHECK(cut.code() == Errc::bad_pdf);
  }
  CHECK(ForeignPdf::open(to_bytes("not a PDF at all")).code() == Errc::bad_pdf);
}

TEST_CASE("metadata between the scans of a JPEG is found, and taken out of pages of others") {
  Bytes jpeg = make_jpeg(64, 48);
  const std::string_view trace("\xff\xfe\x00\x06here", 8);
  // Behind the scan and before the end of the picture, where tables of a next scan would stand.
  jpeg.insert(jpeg.end() - 2, trace.begin(), trace.end());
  CHECK(made_of(of("", picture_of(jpeg))).code() == Errc::leaves_traces);
  ForeignOptions options;
  options.jpeg = jpeg;
  options.jpeg_width = 64;
  options.jpeg_height = 48;
  CHECK(made_of(of("", ForeignPage{0, 0}), {ForeignPdf::open(foreign_pdf(options)).value()}).has_value());
}

TEST_CASE("what would be hidden in a copy, or shown otherwise, is refused") {
  const std::pair<const char*, const char*> wrong[] = {{"/CropBox", "[0 0 300 300]"},
                                                       {"/Annots", "[ << /Type /Annot /Subtype /Redact /Rect [0 0 9 9] >> ]"}};
  for (const auto& [key, value] : wrong) {
    ForeignOptions options;
    options.page_key = key;
    options.page_value = value;
    const auto opened = ForeignPdf::open(foreign_pdf(options));
    REQUIRE_FALSE(opened);
    CHECK(opened.code() == Errc::bad_pdf);
  }
  ForeignOptions options;
  options.root_key = "/OCProperties";
  options.root_value = "<< /OCGs [] /D << >> >>";
  CHECK(ForeignPdf::open(foreign_pdf(options)).error().detail.find("layers") != std::string::npos);
  options.root_key = "/AcroForm";
  options.root_value = "<< /Fields [] /XFA (x) >>";
  CHECK(ForeignPdf::open(foreign_pdf(options)).error().detail.find("XFA") != std::string::npos);
  // A trim box cuts nothing off.
  options.root_key = nullptr;
  options.page_key = "/TrimBox";
  options.page_value = "[100 100 200 200]";
  const auto trimmed = ForeignPdf::open(foreign_pdf(options));
  REQUIRE(trimmed);
  const auto made = made_of(of("", ForeignPage{0, 0}), {*trimmed});
  REQUIRE(made);
  if (!runs("pdftotext -v")) return;
  const Scratch scratch;
  CHECK(said_by("pdftotext " + quoted(scratch.write("a.pdf", made->files.front())) + " -").find("Decision page 1") != std::string::npos);
}

TEST_CASE("a page that unpacks to more than a page has is refused") {
  ForeignOptions options;
  options.drawing = std::string(std::size_t{300} << 20, ' ');
  const Bytes small = foreign_pdf(options);
  CHECK(small.size() < 2'000'000);
  CHECK(ForeignPdf::open(small).code() == Errc::bad_pdf);
}

TEST_CASE("pages that are pictures alone are named") {
  ForeignOptions options;
  options.pages = 2;
  options.text = false;
  options.jpeg = make_jpeg(16, 16);
  const auto scanned = ForeignPdf::open(foreign_pdf(options));
  REQUIRE(scanned);
  CHECK(scanned->findings().pages_without_text == std::vector<std::size_t>{1, 2});
}

TEST_CASE("what is too large for one file is cut between pages, and numbers go on") {
  Document document = of("", NewPage{"Annex 1"});
  for (unsigned i = 0; i < 6; ++i) {
    document.blocks.push_back(NewPage{"Annex " + std::to_string(i + 1)});
    document.blocks.push_back(picture_of(make_jpeg(300, 200, i + 1, true)));
  }
  const std::uint64_t limit = 250'000;
  const auto made = made_of(document, {}, limit);
  REQUIRE(made);
  REQUIRE(made->files.size() > 1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < made->files.size(); ++i) {
    CHECK(made->files[i].size() <= limit);
    CHECK(made->parts[i].from == next);
    next = made->parts[i].to;
  }
  if (runs("pdftotext -v")) {
    const Scratch scratch;
    const auto path = scratch.write("last.pdf", made->files.back());
    CHECK(flat(said_by("pdftotext " + quoted(path) + " -")).find("p." + std::to_string(next) + "/" + std::to_string(next)) !=
          std::string::npos);
  }
  const auto none = made_of(document, {}, 20'000);
  REQUIRE_FALSE(none);
  CHECK(none.code() == Errc::rule_unmet);
}

TEST_CASE("a missing font is a failure that names it, and a missing letter is counted") {
  const Scratch scratch;
  const auto fonts = Fonts::load_from(scratch.path().string());
  REQUIRE_FALSE(fonts);
  CHECK(fonts.code() == Errc::not_found);
  CHECK(fonts.error().detail.find("fonts-dejavu-core") != std::string::npos);
  const auto here = Fonts::load();
  REQUIRE(here);
  CHECK(lay_out(of("", Paragraph{"\xe6\xbc\xa2 is not in it"}), *here)->missing_letters == 1);
  CHECK(lay_out(of("", Paragraph{"\xff"}), *here).code() == Errc::malformed);
}

TEST_CASE("words that must not be known are found in what is not printed") {
  ForeignOptions options;
  options.info = true;
  const auto found = leftovers_in(foreign_pdf(options), {"Somebody Real"});
  REQUIRE(found);
  CHECK(std::find(found->begin(), found->end(), "a name") != found->end());
}

TEST_CASE("a photo coded in inks is refused with its remedy") {
  const auto made = made_of(of("", picture_of(make_jpeg(32, 32, 1, false, 4))));
  REQUIRE_FALSE(made);
  CHECK(made.code() == Errc::bad_pdf);
  CHECK(made_of(of("", picture_of(make_jpeg(32, 32, 1, false, 1)))).has_value());
}
