// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/check.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "casework/filing/dates.hpp"

namespace dokaz::filing {
namespace {

/// "Annex 4, Annex 7"; the first ten.
class Places {
 public:
  void add(const std::string& place) {
    if (++count_ <= 10) text_ += (text_.empty() ? "" : ", ") + place;
  }
  void add(const FiledDocument& one) { add("Annex " + std::to_string(one.number)); }
  bool empty() const { return count_ == 0; }
  std::string words() const { return text_ + (count_ > 10 ? " and " + std::to_string(count_ - 10) + " more" : ""); }

 private:
  std::size_t count_ = 0;
  std::string text_;
};

class Check {
 public:
  Check(const CheckedParts& parts, const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files)
      : parts_(parts), documents_(documents), files_(files) {}

  std::vector<Checked> run() {
    forum();
    names_and_sizes();
    pages();
    order();
    text_layer();
    pictures();
    translations();
    traces();
    foreign();
    confidence();
    custody();
    if (parts_.profile->needs_member_state) court();
    by_people();
    return std::move(checked_);
  }

 private:
  void pass(const char* rule, const std::string& words) { checked_.push_back({rule, Verdict::pass, words, {}}); }
  void fail(const char* rule, const std::string& words, const std::string& remedy) {
    checked_.push_back({rule, Verdict::fail, words, remedy});
  }
  void untested(const char* rule, const std::string& words, const std::string& remedy) {
    checked_.push_back({rule, Verdict::not_testable, words, remedy});
  }
  /// Passes where there are no places.
  void judge(const char* rule, const Places& places, const std::string& good, const std::string& bad, const std::string& remedy) {
    if (places.empty()) pass(rule, good);
    else fail(rule, bad + ": " + places.words(), remedy);
  }

  void forum() {
    if (parts_.profile->needs_member_state) {
      pass("respondent", parts_.head.respondent + (parts_.respondent_warning.empty() ? "" : ". " + parts_.respondent_warning));
    }
    if (parts_.consent_asked) pass("consent", parts_.consent_words);
    else untested("consent", parts_.consent_words, "A lawyer answers for it.");
    asked_by_people();
  }

  /// All annexes of each: what is left out here would be shown.
  void asked_by_people() {
    if (std::none_of(documents_.begin(), documents_.end(), [](const FiledDocument& one) { return one.exhibit.has_value(); })) return;
    if (parts_.asked_for.empty()) return pass("asked for by people", "nothing is recorded of how anybody may be shown");
    std::string text;
    for (const auto& [words, annexes] : parts_.asked_for) {
      text += (text.empty() ? "" : ". ") + words + ": Annex";
      for (std::size_t i = 0; i < annexes.size(); ++i) text += (i == 0 ? " " : ", ") + std::to_string(annexes[i]);
    }
    untested("asked for by people", text,
             "No program sees who is in a picture: look at each of these annexes, and leave out or have blurred what must not be shown. "
             "dokaz-case allowed says who asked.");
  }

  void names_and_sizes() {
    Places names, sizes;
    for (const FiledFile& one : files_) {
      const bool plain = std::all_of(one.name.begin(), one.name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
      if (!plain) names.add("a file");
      if (one.size > parts_.max_part_size) sizes.add(one.name);
    }
    judge("file names", names, "ASCII letters, digits and marks alone", "not ASCII", "Report this with dokaz-case --version.");
    judge("file sizes", sizes, "each at most " + std::to_string(parts_.max_part_size / 1'000'000) + " MB", "too large", "Report this with dokaz-case --version.");
  }

  void pages() {
    std::size_t next = 1;
    bool whole = true;
    for (const FiledFile& one : files_) {
      if (one.first_page == 0) continue;
      whole = whole && one.first_page == next;
      next = one.last_page + 1;
    }
    if (whole && next == parts_.head.pages + 1) pass("page numbers", "1 to " + std::to_string(parts_.head.pages) + ", through all files, none missing");
    else fail("page numbers", "a page is missing between files", "Report this with dokaz-case --version.");
  }

  void order() {
    Places undated, unnamed;
    for (const FiledDocument& one : documents_) {
      if (!one.plan.day.dated()) undated.add(one);
      if (one.plan.proceedings.empty()) unnamed.add(one);
    }
    bool ordered = true;
    std::set<std::string> seen;
    const FiledDocument* before = nullptr;
    for (const FiledDocument& one : documents_) {
      if (!one.plan.translation_of.empty()) continue;
      const bool same = before != nullptr && before->plan.proceedings == one.plan.proceedings;
      ordered = ordered && (same ? before->plan.day.latest() <= one.plan.day.latest() : seen.insert(one.plan.proceedings).second);
      before = &one;
    }
    if (ordered) pass("order", "by set of proceedings, each by date, a translation behind what it translates");
    else fail("order", "not by set of proceedings and date", "Report this with dokaz-case --version.");
    if (undated.empty()) pass("dates", "each document has a day");
    else untested("dates", "undated, put by the latest possible day: " + undated.words(),
                  "Name the day in the plan where a lawyer can; tell the reader why where nobody can.");
    judge("sets of proceedings", unnamed, "each document belongs to one", "no set of proceedings is named", "Fill in the column proceedings.");
  }

  void text_layer() {
    Places scans;
    for (const FiledDocument& one : documents_)
      if (one.file && one.file->pdf)
        for (const std::size_t page : one.file->pdf->findings().pages_without_text)
          scans.add("Annex " + std::to_string(one.number) + " p. " + std::to_string(one.first_page + page - 1));
    judge("text layer", scans, "every page can be searched", "pages that are pictures alone",
          "Recognise their text in a step of its own (for example ocrmypdf -l bel+rus IN.pdf OUT.pdf), keep the scan, and name the new file in the plan.");
    if (parts_.missing_letters == 0) pass("letters", "the font has every letter");
    else fail("letters", std::to_string(parts_.missing_letters) + " letters of titles, notes or facts are not in the font and print as boxes",
              "Write them otherwise in the plan, or leave the fact out.");
  }

  void pictures() {
    Places unshown, drawn, several;
    for (const FiledDocument& one : documents_) {
      if (one.exhibit && !one.exhibit->shown) unshown.add(one);
      if ((one.exhibit && one.exhibit->shown && one.exhibit->shown->is_drawn) || (one.file && one.file->shown && one.file->shown->is_drawn)) drawn.add(one);
      if (one.exhibit && one.exhibit->shown && one.exhibit->shown->is_first_of_several) several.add(one);
    }
    if (drawn.empty()) pass("drawings", "each picture is shown as it is coded");
    else untested("drawings", "drawn for paper, coded anew as JPEG, without colour profile: " + drawn.words(),
                  "Compare each with its file in the offline package; where colours or small things matter, say so to the addressee.");
    judge("whole", several, "each picture is shown with all its pages", "only the first of several pages, frames or pictures is shown",
          "Add the others as documents of their own, for example a PDF with all pages.");
    judge("shown on paper", unshown, "every exhibit is shown",
          "exhibits that paper does not show (films, sound, testimony, pictures that no program here can draw)",
          "Agree with the addressee on a medium for them; add printed stills or a transcript as documents of their own.");
  }

  void translations() {
    Places missing, unknown;
    const auto& languages = parts_.profile->languages;
    for (const FiledDocument& one : documents_) {
      const std::string& language = one.plan.language;
      if (language.empty()) {
        if (one.file) unknown.add(one);
        continue;
      }
      const bool good = languages.empty() || std::find(languages.begin(), languages.end(), language) != languages.end();
      const bool translated = std::any_of(documents_.begin(), documents_.end(), [&](const FiledDocument& other) {
        return other.plan.translation_of == one.plan.what &&
               (languages.empty() || std::find(languages.begin(), languages.end(), other.plan.language) != languages.end());
      });
      if (!good && !translated) missing.add(one);
    }
    judge("translations", missing, "no document is in a language that the addressee may not read", "in such a language, with no translation",
          "Add the translation as a document of its own and name the original in the column translation_of; say who made it. A lawyer "
          "confirms which languages the addressee takes.");
    if (!unknown.empty()) untested("languages", "no language is named: " + unknown.words(), "Fill in the column language.");
  }

  void traces() {
    pass("traces", "each finished file was looked through: no metadata of documents and pictures, no scripts, attachments, forms, links or layers");
    Places originals;
    for (const FiledFile& one : files_)
      if (one.form.starts_with("PDF with")) originals.add(one.name);
    if (originals.empty()) pass("long life", "each PDF is made as PDF/A-1b");
    else untested("long life", "pages that others made stand in " + originals.words() + "; for these nothing is claimed. The others are made as PDF/A-1b.", "None is needed: no rule asks for PDF/A.");
  }

  void foreign() {
    Places hidden, signatures;
    for (const FiledDocument& one : documents_) {
      if (!one.file || !one.file->pdf) continue;
      const pdf::ForeignFindings& found = one.file->pdf->findings();
      std::string what;
      for (const auto& [is, words] : {std::pair(found.scripts, "scripts"), {found.attachments, "attachments"}, {found.form, "a form"}, {found.metadata, "metadata"}, {found.annotations, "notes on pages, drawn where they have an appearance"}})
        if (is) what += (what.empty() ? "" : ", ") + std::string(words);
      if (!what.empty()) hidden.add("Annex " + std::to_string(one.number) + " (" + what + ")");
      if (found.signatures) signatures.add(one);
    }
    if (std::any_of(documents_.begin(), documents_.end(), [](const FiledDocument& one) { return one.file && one.file->pdf; }))
      untested("hidden text", "what pages of others draw and nobody sees (below a black bar, white on white) stays in the copies",
               "Search the annexes for what must not be there; print such a page to paper, scan it, and name the scan.");
    judge("PDFs of others", hidden, "they hold pages alone", "what they hold beside their pages is not copied",
          "Look at the files as they were received: an attachment may be evidence of its own, metadata may betray somebody. They are in the offline package as they are.");
    if (!signatures.empty())
      fail("signatures of others", "digital signatures do not survive the stamp on the copy: " + signatures.words(),
           "Say so where you rely on them; the untouched files are in the offline package.");
  }

  void confidence() {
    Places unreasoned;
    bool anonymity = false;
    for (const FiledDocument& one : documents_) {
      anonymity = anonymity || one.plan.confidence == Confidence::anonymity;
      const std::string& reason = one.plan.confidence_reason;
      const bool scoped = reason.starts_with("whole") || reason.starts_with("part");
      if (one.plan.confidence != Confidence::open && (reason.empty() || (parts_.profile->needs_member_state && !scoped))) unreasoned.add(one);
    }
    judge("confidentiality", unreasoned, "what is asked for has its reason", "asked for without a reason, or without saying whether for the whole or a part",
          "Write in the plan: confidential: whole: why, or confidential: part: which part and why.");
    if (!parts_.profile->needs_member_state) return;
    if (anonymity) pass("anonymity", "the plan asks for it; the request and its reasons go into the form too (Rule 47 § 4)");
    else untested("anonymity", "people of this case go by pseudonyms, and documents are public unless the Court decides otherwise",
                  "If anybody must not be named, ask for anonymity with reasons when filing, not later (Rule 47 § 4).");
  }

  void custody() {
    Places gaps;
    for (const CustodySheet& one : parts_.custody)
      if (one.gaps > 0) gaps.add("exhibit " + one.exhibit);
    judge("chain of custody", gaps, "no gap is known", "gaps, printed as such", "Explain each of them in the statement of integrity; nothing fills them in.");
  }

  void court() {
    // Without their first letters, which may be capitals.
    constexpr std::string_view words[] = {"ecision", "udgment", "udgement", "uling", "erdict", "écision", "rrêt", "ашэнн", "астанов",
                                          "рысуд", "ешени", "риговор", "ішенн", "ирок", "yrok", "ostanowien", "ecyzj", "prendim",
                                          "utart", "uosprend"};
    Places limits;
    bool found = false;
    for (const FiledDocument& one : documents_) {
      const bool decides = std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return one.plan.title.find(word) != std::string::npos; });
      if (!decides) continue;
      found = true;
      // Of an undated one the earliest day that it can be of: the one that loses least.
      const std::string& day = one.plan.day.dated() ? one.plan.day.day : one.plan.day.between;
      const auto limit = time_limit(day);
      limits.add("No. " + std::to_string(one.number) + (limit ? " (" + day + "): " + limit->last_day + ", a " + limit->weekday : ": its day is not known"));
    }
    if (!found) {
      fail("decisions", "no title says that a document is a decision or judgment",
           "Add copies of the decisions complained of and of those that show that domestic remedies were exhausted (Rule 47 § 3.1), or say in the form why there are none.");
    } else {
      untested("decisions", "some are there; whether they are all that Rule 47 § 3.1 wants, a program cannot know", "A lawyer looks through the list.");
      untested("time limit", "which decision is the final one, and when it was known, a program cannot know. The last day, if it is " + limits.words() + ". Weekends extend nothing",
               "Verify with counsel; dokaz-case filing time-limit counts from another day.");
    }
    if (!parts_.extra_statement) {
      untested("further submissions", "none was named", "Name it with --extra-statement: at most 20 pages (Rule 47 § 2 (b)).");
    } else {
      pass("further submissions", std::to_string(parts_.extra_statement->pages) + " pages, of at most " + std::to_string(max_extra_pages));
    }
  }

  void by_people() {
    if (parts_.profile->needs_member_state)
      untested("application form", "the form itself, its signatures and the authority of the representative are not made here",
               "Use the Court's current form, complete without any document, sign it, and send it by post with these documents, not stapled or bound.");
    if (parts_.profile->makes(Product::statement))
      untested("statement of integrity", "a draft, which states nothing", "A person who has compared the files completes and signs it, or it is left out.");
    untested("other bodies", "what went to which body before", "Run dokaz-case ledger for section H, or what corresponds to it, of the form.");
  }

  const CheckedParts& parts_;
  const std::vector<FiledDocument>& documents_;
  const std::vector<FiledFile>& files_;
  std::vector<Checked> checked_;
};

constexpr const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::fail: return "FAIL";
    case Verdict::not_testable: return "not testable";
  }
  return "";
}

}  // namespace

std::vector<Checked> check_filing(const CheckedParts& parts, const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files) {
  return Check(parts, documents, files).run();
}

std::size_t count(const std::vector<Checked>& checked, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(checked.begin(), checked.end(), [&](const Checked& one) { return one.verdict == verdict; }));
}

std::string check_text(const FilingHead& head, const std::vector<Checked>& checked) {
  std::string text = "Submission check, profile " + head.profile + ", " + head.day +
                     "\n\nWhat a program can test. It prepares material: whether a filing is complete and in order, a lawyer decides, by the\n"
                     "addressee's current rules. Nothing here is legal advice.\n\n" +
                     std::to_string(count(checked, Verdict::pass)) + " pass, " + std::to_string(count(checked, Verdict::fail)) + " fail, " +
                     std::to_string(count(checked, Verdict::not_testable)) + " not testable\n";
  for (const Checked& one : checked) {
    text += "\n[" + std::string(word_of(one.verdict)) + "] " + one.rule + "\n    " + one.words + "\n";
    if (!one.remedy.empty()) text += "    What to do: " + one.remedy + "\n";
  }
  return text;
}

}  // namespace dokaz::filing
