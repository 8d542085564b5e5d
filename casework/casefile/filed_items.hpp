// SPDX-License-Identifier: GPL-3.0-or-later
// Items of the case as a filing shows them, and the plan that a lawyer begins with.
#pragma once

#include "casework/casefile/custody.hpp"
#include "casework/casefile/handing_out.hpp"
#include "casework/filing/pages.hpp"
#include "casework/pdf/painter.hpp"

namespace dokaz {

/// The item as an exhibit of a page. Its clean copy is opened anew where it is drawn, so that memory does not grow with
/// the number of items. not_found for a fact of `facts` that it does not have; what open_item_unread gives. The case
/// file must outlive it.
Result<filing::ShownExhibit> shown_exhibit(const CaseFile& file, const CaseEntry& entry, const std::string& name,
                                           const std::set<std::string>& facts, const pdf::Painter& painter);

/// A page takes it as it is: a JPEG that is not coded in inks, which would be colours of nobody's choosing.
inline bool may_be_shown(const pdf::PictureHead& head) {
  return head.kind == pdf::PictureKind::jpeg && (head.components == 1 || head.components == 3);
}

struct DrawnPicture {
  filing::Shown shown;
  bool has_metadata = false;
};
/// What the painter makes of a picture that `load` brings again; empty where it cannot be drawn. internal where that is not
/// the picture's fault.
Result<std::optional<DrawnPicture>> drawn_picture(const pdf::Painter& painter, ByteView picture, std::function<Result<Bytes>()> load);

struct PrefilledPlan {
  std::vector<filing::CsvRow> rows;
  std::vector<AccessAct> accesses;  // to be stated before anybody sees the rows
};

/// A row for each item: undated, not after the day that its statement claims; what the device said of its time and the
/// note are a remark. `progress`: how many are read, of how many.
Result<PrefilledPlan> prefilled_plan(const CaseFile& file, const std::vector<CaseEntry>& entries,
                                                   const std::function<void(std::size_t, std::size_t)>& progress);

/// Chains of custody for people outside: roles with numbers stand for pseudonyms.
class CustodySheets {
 public:
  static Result<CustodySheets> read(CaseFile& file);
  /// `with_original`: the original's hash may be printed.
  Result<filing::CustodySheet> sheet(const StatementHash& item, const std::string& exhibit, std::size_t annex, bool with_original);

 private:
  explicit CustodySheets(CustodyBook book) : book_(std::move(book)) {}
  const std::string& label(const std::string& pseudonym, const std::string& role);

  CustodyBook book_;
  std::map<std::string, std::string> labels_;         // of pseudonyms
  std::map<std::string, std::size_t> numbers_;        // how many of a role have one
};

}  // namespace dokaz
