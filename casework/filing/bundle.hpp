// SPDX-License-Identifier: GPL-3.0-or-later
// The documents of a filing in the order of the list, numbered, each with what is known of it and where it stands.
#pragma once

#include <functional>
#include <optional>

#include "casework/filing/plan.hpp"
#include "casework/pdf/foreign.hpp"
#include "casework/pdf/picture_kind.hpp"
#include "crypto/hash.hpp"

namespace dokaz::filing {

/// A picture on its page: with the very pixels of the file, or a drawing of it where a page cannot take that.
struct Shown {
  pdf::PictureHead head;
  std::uint64_t size = 0;  // bytes of what is shown
  bool is_drawn = false;
  bool is_first_of_several = false;  // of pages, frames or pictures of the file
  std::function<Result<Bytes>()> load;
};

/// An exhibit, as far as it may be shown: what is not in `facts` is not printed.
struct ShownExhibit {
  std::string name;        // the beginning of its statement's hash: "90ab1c7c"
  std::string media_type;  // "image/jpeg"; empty where it is not known
  std::string not_cleaned; // why there is no clean copy; empty for a cleaned item
  std::string sha256;      // of the clean copy, hex
  std::uint64_t size = 0;
  std::optional<Shown> shown;  // empty: nothing that a page can show
  std::vector<std::pair<std::string, std::string>> facts;  // label and value, as the plan has them printed
};

/// A document from outside the case.
struct ShownFile {
  std::string name;    // ASCII, as the offline package and the index call it
  std::string sha256;  // hex
  std::uint64_t size = 0;
  std::optional<pdf::ForeignPdf> pdf;
  std::optional<Shown> shown;
};

struct FiledDocument {
  PlannedDocument plan;
  std::size_t number = 0;  // of the list: that of its annex
  std::optional<ShownExhibit> exhibit;
  std::optional<ShownFile> file;
  std::size_t first_page = 0, last_page = 0;  // of the bundle, from 1; set when it is laid out

  bool shows_picture() const;
};

/// By set of proceedings, in the order in which the plan names them; in each by date, the undated by their latest
/// possible day, of one day as the plan has them; a translation behind what it translates. Numbered from 1.
std::vector<FiledDocument> in_order(std::vector<PlannedDocument> plan);

/// The number of the document that has this in its column what; 0 if there is none.
std::size_t number_of(const std::vector<FiledDocument>& documents, const std::string& what);

/// "Photograph", "Film", "Document (PDF)", …
std::string kind_words(const FiledDocument& document);

/// A name of ASCII letters, digits, `.`, `_` and `-`: Cyrillic and Latin with marks are transliterated, the rest is `_`.
std::string ascii_name(std::string_view name);

}  // namespace dokaz::filing
