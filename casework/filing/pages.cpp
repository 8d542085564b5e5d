// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/pages.hpp"

#include <algorithm>

namespace dokaz::filing {

using namespace pdf;

const char* const limits_paragraph =
    "What this shows, and what it does not. The hashes and signatures show that the files are, bit for bit, those that were "
    "sealed in the case file, and that nothing was changed since. They do not show that a scene is real, or that what was "
    "written about it is true; who stands behind a role; or that nothing else exists. A time is called claimed where a "
    "device's or a person's clock alone says it, and proved only where somebody independent does. A gap is a part of the "
    "history that no statement shows.";

namespace {

std::string pages_words(const FiledDocument& one) {
  if (one.first_page == 0) return "–";
  return one.first_page == one.last_page ? std::to_string(one.first_page)
                                         : std::to_string(one.first_page) + "–" + std::to_string(one.last_page);
}

std::string description(const FiledDocument& one, const std::vector<FiledDocument>& documents) {
  std::string text = one.plan.title;
  if (!one.plan.translation_of.empty())
    text += " [translation of No. " + std::to_string(number_of(documents, one.plan.translation_of)) + "]";
  if (!one.plan.language.empty()) text += " (" + one.plan.language + ")";
  if (one.exhibit) text += "\nExhibit " + one.exhibit->name;
  return text;
}

Table list_table(const std::string& proceedings, const std::vector<FiledDocument>& documents) {
  Table table{{{"No.", 1}, {"Date", 3}, {"Description", 9}, {"Pages", 2}}, {}};
  for (const FiledDocument& one : documents)
    if (one.plan.proceedings == proceedings)
      table.rows.push_back({std::to_string(one.number), one.plan.day.words(), description(one, documents), pages_words(one)});
  return table;
}

std::vector<std::string> proceedings_of(const std::vector<FiledDocument>& documents) {
  std::vector<std::string> all;
  for (const FiledDocument& one : documents)
    if (all.empty() || all.back() != one.plan.proceedings) all.push_back(one.plan.proceedings);
  return all;
}

void add(Document& document, Block block) { document.blocks.push_back(std::move(block)); }

/// What is to be known of a picture that is not shown with its very pixels; empty for one that is.
std::string drawn_words(const Shown& shown) {
  if (!shown.is_drawn) return {};
  return std::string("This is a drawing for paper, on white, in eight bits a colour, without a colour profile; it may have fewer pixels than the file.") +
         (shown.is_first_of_several ? " IT IS THE FIRST OF SEVERAL pages, frames or pictures; the others are in the file alone." : "");
}

/// What stands below a picture, or alone where there is nothing to show.
std::vector<Paragraph> caption(const FiledDocument& one) {
  std::vector<Paragraph> lines = {{"Annex " + std::to_string(one.number) + ": " + one.plan.title, Face::bold}};
  std::string about = "Date: " + one.plan.day.words();
  if (one.exhibit) {
    about = "Exhibit " + one.exhibit->name + " · " + kind_words(one) + " · " + about;
    lines.push_back({about, Face::small});
    for (const auto& [label, value] : one.exhibit->facts) lines.push_back({label + ": " + value, Face::small});
    if (one.exhibit->not_cleaned.empty()) {
      lines.push_back({!one.exhibit->shown             ? "SHA-256 of the clean copy (metadata removed, see custody annex), which is not shown here:"
                       : one.exhibit->shown->is_drawn ? drawn_words(*one.exhibit->shown) + " The clean copy (metadata removed, see custody annex) is in the offline package. Its SHA-256:"
                                                      : "Shown is the clean copy: metadata removed, see custody annex. Its SHA-256:",
                       Face::small});
      lines.push_back({one.exhibit->sha256, Face::mono});
    }
  } else if (one.file) {
    if (one.file->shown && one.file->shown->is_drawn) about += " · " + drawn_words(*one.file->shown);
    lines.push_back({about + " · copy; the file as it was received is in the offline package. Its SHA-256:", Face::small});
    lines.push_back({one.file->sha256, Face::mono});
  }
  return lines;
}

Picture picture_of(const Shown& shown, std::vector<Paragraph> below) {
  Picture picture;
  picture.kind = shown.head.kind;
  picture.width = shown.head.width;
  picture.height = shown.head.height;
  picture.orientation = shown.head.orientation;
  picture.bytes = shown.size;
  picture.load = shown.load;
  picture.below = std::move(below);
  return picture;
}

void add_annex(Document& document, const FiledDocument& one, std::vector<ForeignPdf>& foreign) {
  add(document, NewPage{"Annex " + std::to_string(one.number)});
  if (one.exhibit && one.exhibit->shown) {
    add(document, picture_of(*one.exhibit->shown, caption(one)));
  } else if (one.file && one.file->shown) {
    add(document, picture_of(*one.file->shown, caption(one)));
  } else if (one.file && one.file->pdf) {
    foreign.push_back(*one.file->pdf);
    for (std::size_t page = 0; page < one.file->pdf->findings().pages; ++page) add(document, ForeignPage{foreign.size() - 1, page});
  } else {
    for (Paragraph& line : caption(one)) add(document, std::move(line));
    add(document, Paragraph{"This exhibit cannot be shown on paper. It is in the offline package, in the folder of its exhibit.", Face::body});
  }
}

}  // namespace

Document list_of_documents(const Profile& profile, const FilingHead& head, const std::vector<FiledDocument>& documents) {
  Document document{"List of documents", {}};
  add(document, Heading{1, profile.needs_member_state ? "List of accompanying documents" : "List of documents"});
  if (profile.needs_member_state)
    add(document, Paragraph{"Continuation of section I of the application form. Respondent State: " + head.respondent + "."});
  add(document, Paragraph{"Prepared on " + head.day + ". The bundle has " + std::to_string(head.pages) +
                          " pages, numbered through all its files. Dates are as they stand on the documents, or as they were stated to "
                          "counsel. What is undated stands by its latest possible day.",
                          Face::small});
  for (const std::string& proceedings : proceedings_of(documents)) {
    if (!proceedings.empty()) add(document, Heading{2, proceedings});
    add(document, list_table(proceedings, documents));
  }
  return document;
}

Document summary_sheet(const FilingHead& head, const std::vector<FiledDocument>& documents) {
  Document document{"Summary sheet – to be completed", {}};
  add(document, Heading{1, "Summary sheet"});
  add(document, Paragraph{"Prepared on " + head.day + ". The lines are for the person who submits it.", Face::small});
  for (const char* label : {"Submitted by, and how to be reached", "On behalf of", "Body and procedure", "State concerned"})
    add(document, Blank{label, 1});
  for (const char* label : {"What happened, to whom, when and where", "What is asked for", "What was tried in the country, and other procedures"})
    add(document, Blank{label, 4});
  add(document, Heading{2, "Annexes and their confidentiality"});
  Table table{{{"No.", 1}, {"Date", 3}, {"Description", 7}, {"Confidentiality", 4}, {"Pages", 2}}, {}};
  constexpr const char* words[] = {"open", "confidential", "highly sensitive", "anonymity"};
  for (const FiledDocument& one : documents)
    table.rows.push_back({std::to_string(one.number), one.plan.day.words(), description(one, documents),
                          std::string(words[static_cast<int>(one.plan.confidence)]) +
                              (one.plan.confidence_reason.empty() ? "" : ": " + one.plan.confidence_reason),
                          pages_words(one)});
  add(document, std::move(table));
  add(document, Paragraph{"Ask the recipient, before anything is sent, who will see what is marked here.", Face::small});
  return document;
}

Document annexes(const std::vector<FiledDocument>& documents, std::vector<ForeignPdf>& foreign) {
  Document document{"", {}};
  for (const FiledDocument& one : documents) add_annex(document, one, foreign);
  return document;
}

Document chain_of_custody(const FilingHead& head, const std::vector<CustodySheet>& sheets) {
  Document document{"", {}};
  add(document, NewPage{"Chain of custody"});
  add(document, Heading{1, "Chain of custody"});
  add(document, Paragraph{"Made on " + head.day + " from the signed statements of the case. Each row is one statement, or a gap. People are "
                          "named by their roles, numbered in the order in which they come. Times are claimed by the clock of whoever "
                          "signed unless the row says by whom they are proved."});
  add(document, Paragraph{limits_paragraph});
  add(document, Heading{2, "How to check it"});
  add(document, Paragraph{"1. A picture of an annex: take it out of the PDF (pdfimages -j FILE.pdf picture) and hash it (sha256sum). The hash is the "
                          "one below the picture on its page, to the bit, where the picture is a JPEG and not called a drawing.\n"
                          "2. The offline package: in its folder run sha256sum -c manifest-sha256.txt, then bash verify.sh FINGERPRINT POLICY: the "
                          "64 digits and the file of these names counsel gives you by another way than the package. Both need no network and "
                          "no program of ours; README.html there explains each step.\n"
                          "3. That these files are the ones that were prepared: in this folder run sha256sum -c "
                          "06_offline_package/data/documents/filing.sha256. That list is signed as everything in the package is."});
  for (const CustodySheet& sheet : sheets) {
    add(document, Heading{2, "Exhibit " + sheet.exhibit + " (Annex " + std::to_string(sheet.annex) + ")"});
    Table table{{{"When", 4}, {"Who", 3}, {"What", 6}, {"SHA-256", 6, Face::mono}}, {}};
    for (const CustodyLine& line : sheet.lines) table.rows.push_back({line.when, line.who, line.what, line.hashes});
    add(document, std::move(table));
  }
  return document;
}

Document statement_draft(const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files) {
  Document document{"DRAFT – not a statement until a person has completed and signed it", {}};
  add(document, Heading{1, "DRAFT: Statement of integrity"});
  add(document, Paragraph{"This text was prepared by a program. It states nothing. Whoever signs it changes what is not so, fills in every "
                          "line, and has done what it says.",
                          Face::bold});
  for (const char* label : {"1. My name", "2. My function, and my training or experience with digital files",
                            "3. How I came to handle these files, and for whom"})
    add(document, Blank{label, 2});
  add(document, Paragraph{"4. On the day named below I compared the files of the list with those in the case file and in the offline package, by their "
                          "SHA-256 hashes, with the program and version that I name here. They were equal, with the exceptions that I name."});
  add(document, Blank{"Program and version", 1});
  add(document, Blank{"Exceptions", 2});
  Table table{{{"File", 5}, {"SHA-256", 8, Face::mono}}, {}};
  for (const FiledFile& one : files) table.rows.push_back({one.name, one.sha256});
  add(document, std::move(table));
  add(document, Paragraph{"The package 06_offline_package has the same hashes in data/documents/filing.sha256, and counsel's signature over all of it."});
  const auto count = [&](bool drawn) {
    return std::to_string(std::count_if(documents.begin(), documents.end(), [&](const FiledDocument& one) {
      return one.exhibit && one.exhibit->shown && one.exhibit->shown->is_drawn == drawn;
    }));
  };
  add(document, Paragraph{"5. Of the pictures in the annexes that are exhibits of the case, " + count(false) +
                          " are their clean copies: metadata was removed, the coded picture is the same. " + count(true) +
                          " are drawings of their clean copies, coded anew for paper, and say so. The originals are kept sealed."});
  add(document, Paragraph{limits_paragraph});
  for (const char* label : {"Place and day", "Signature of the person named above (by hand)"}) add(document, Blank{label, 2});
  return document;
}

}  // namespace dokaz::filing
