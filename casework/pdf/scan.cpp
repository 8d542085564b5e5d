// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/scan.hpp"

#include <algorithm>
#include <set>

#include "casework/pdf/coded_picture.hpp"
#include "casework/pdf/finish.hpp"
#include "casework/pdf/jpeg_segments.hpp"
#include "casework/pdf/qpdf_calls.hpp"

namespace dokaz::pdf {
namespace {

struct Forbidden {
  const char* key;
  const char* words;
};

/// Entries of dictionaries that carry more than a page.
constexpr Forbidden forbidden[] = {{"/JS", "JavaScript"},
                                   {"/JavaScript", "JavaScript"},
                                   {"/AA", "an action"},
                                   {"/OpenAction", "an action"},
                                   {"/EmbeddedFile", "an attached file"},
                                   {"/EmbeddedFiles", "an attached file"},
                                   {"/EF", "an attached file"},
                                   {"/AF", "an attached file"},
                                   {"/AcroForm", "a form"},
                                   {"/XFA", "a form"},
                                   {"/Annots", "an annotation"},
                                   {"/Names", "a table of names"},
                                   {"/Outlines", "an outline"},
                                   {"/PieceInfo", "a program's private data"},
                                   {"/LastModified", "a date of change"},
                                   {"/URI", "a link"},
                                   {"/Collection", "a collection"},
                                   {"/OCProperties", "layers"},
                                   {"/Alternates", "another form of a picture"},
                                   {"/Thumb", "a small picture of a page"},
                                   {"/Encrypt", "encryption"}};

class Scanner {
 public:
  Scanner(QPDF& document, const std::vector<std::string>& words) : document_(document), words_(words) {}

  Leftovers scan() {
    QPDFObjectHandle trailer = document_.getTrailer();
    look_into_info(trailer.getKey("/Info"));
    const QPDFObjectHandle catalog_metadata = document_.getRoot().getKey("/Metadata");
    for (QPDFObjectHandle object : document_.getAllObjects()) {
      if (object.isStream()) look_into_stream(object, object.getObjGen() == catalog_metadata.getObjGen());
      else look_into(object, 0);
    }
    look_into(trailer, 0);
    return {found_.begin(), found_.end()};
  }

 private:
  void look_into_info(QPDFObjectHandle info) {
    if (!info.isDictionary()) return;
    for (const std::string& key : info.getKeys()) {
      const bool ours = key == "/CreationDate" || key == "/ModDate" ||
                        (key == "/Producer" && info.getKey(key).isString() && info.getKey(key).getUTF8Value() == producer);
      if (!ours) found_.insert("metadata of the document");
    }
  }

  void look_into(QPDFObjectHandle object, int depth) {
    constexpr int deepest = 100;
    if (depth > deepest) {
      found_.insert("objects within objects without end");
    } else if (object.isArray()) {
      for (QPDFObjectHandle one : object.getArrayAsVector())
        if (!one.isIndirect()) look_into(one, depth + 1);
    } else if (object.isDictionary()) {
      for (const Forbidden& one : forbidden)
        if (object.hasKey(one.key)) found_.insert(one.words);
      // Only the document's own is ours.
      if (object.hasKey("/Metadata") && object.getObjGen() != document_.getRoot().getObjGen())
        found_.insert("metadata of a part");
      for (const std::string& key : object.getKeys()) {
        QPDFObjectHandle value = object.getKey(key);
        if (!value.isIndirect()) look_into(value, depth + 1);
      }
    } else if (object.isString()) {
      look_for_words(object.getUTF8Value());
      look_for_words(object.getStringValue());
    }
  }

  void look_into_stream(QPDFObjectHandle stream, bool document_metadata) {
    QPDFObjectHandle dict = stream.getDict();
    look_into(dict, 0);
    const auto is = [&](const char* key, const char* name) { return dict.getKey(key).isNameAndEquals(name); };
    if (is("/Type", "/EmbeddedFile")) found_.insert("an attached file");
    if (is("/Type", "/Metadata")) {
      if (!document_metadata) found_.insert("metadata of a part");
      const auto data = stream.getStreamData(qpdf_dl_generalized);
      look_for_words(std::string_view(reinterpret_cast<const char*>(data->getBuffer()), data->getSize()));
    }
    look_into_picture(stream);
  }

  void look_into_picture(QPDFObjectHandle stream) {
    if (const auto jpeg2000 = coded_picture(document_, stream, "/JPXDecode")) {
      const std::string_view text = text_of(*jpeg2000);
      if (text.find("xml ") != text.npos || text.find("uuid") != text.npos) found_.insert("metadata in a picture");
    }
    if (const auto jpeg = coded_picture(document_, stream, "/DCTDecode")) found_.merge(traces_of(*jpeg));
  }

  void look_for_words(std::string_view text) {
    for (const std::string& word : words_)
      if (!word.empty() && text.find(word) != text.npos) found_.insert("a name");
  }

  QPDF& document_;
  const std::vector<std::string>& words_;
  std::set<std::string> found_;
};

}  // namespace

Result<Leftovers> leftovers_in(ByteView pdf, const std::vector<std::string>& words) {
  return with_qpdf("the finished file cannot be read", [&]() -> Result<Leftovers> {
    const auto document = open_qpdf(pdf);
    if (document->isEncrypted()) return Leftovers{"encryption"};
    return Scanner(*document, words).scan();
  });
}

Status check_leaves_nothing(ByteView pdf, const std::vector<std::string>& words) {
  DOKAZ_LET(found, leftovers_in(pdf, words));
  if (found.empty()) return {};
  std::string all;
  for (const std::string& one : found) all += (all.empty() ? "" : ", ") + one;
  return fail(Errc::leaves_traces, all);
}

}  // namespace dokaz::pdf
