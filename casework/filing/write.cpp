// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/write.hpp"

#include "crypto/encoding.hpp"

namespace dokaz::filing {
namespace {

class Writer {
 public:
  Writer(FilingJob& job, const Path& folder, const FilingProgress& progress, pdf::Fonts fonts)
      : job_(job), folder_(folder), progress_(progress), fonts_(std::move(fonts)), head_(job.parts.head) {}

  Result<WrittenFiling> write() {
    for (const auto& [name, hash] : fonts_.files()) head_.fonts.emplace_back(name, hex(hash));
    const Profile& profile = *job_.parts.profile;
    DOKAZ_TRY(lay_out_bundle());
    if (profile.makes(Product::summary)) DOKAZ_TRY(put_document("01_summary_sheet", summary_sheet(head_, job_.documents)));
    if (profile.makes(Product::list)) DOKAZ_TRY(put_document("01_list_of_documents", list_of_documents(profile, head_, job_.documents)));
    if (annexes_laid_) DOKAZ_TRY(put_laid("02_annexes", *annexes_laid_, 1, true));
    if (custody_laid_) DOKAZ_TRY(put_laid("03_chain_of_custody", *custody_laid_, annex_pages() + 1, false));
    if (profile.makes(Product::statement))
      DOKAZ_TRY(put_document("04_statement_of_integrity_DRAFT", statement_draft(job_.documents, written_.files)));
    job_.parts.missing_letters = missing_letters_;
    job_.parts.max_part_size = job_.max_part_size;
    written_.checked = check_filing(job_.parts, job_.documents, written_.files);
    if (profile.makes(Product::check)) DOKAZ_TRY(put_text("05_submission_check.txt", check_text(head_, written_.checked)));
    if (profile.makes(Product::load_file)) DOKAZ_TRY(put_text("load_file.dat", load_file(job_.documents, written_.files)));
    DOKAZ_TRY(put_text("index.csv", index_csv(job_.documents, written_.files)));
    DOKAZ_TRY(put_text("index.json", index_json(head_, job_.documents, written_.files)));
    written_.pages = head_.pages;
    return std::move(written_);
  }

 private:
  std::size_t annex_pages() const { return annexes_laid_ ? annexes_laid_->pages.size() : 0; }

  /// What is numbered together is laid out together, before anything is drawn: each page names the number of all.
  Status lay_out_bundle() {
    if (job_.parts.profile->makes(Product::annexes)) {
      annexes_ = annexes(job_.documents, foreign_);
      DOKAZ_LET(laid, pdf::lay_out(annexes_, fonts_));
      set_pages(laid);
      annexes_laid_ = std::move(laid);
    }
    if (job_.parts.profile->makes(Product::custody)) {
      custody_ = chain_of_custody(head_, job_.parts.custody);
      DOKAZ_LET(laid, pdf::lay_out(custody_, fonts_));
      custody_laid_ = std::move(laid);
    }
    head_.pages = annex_pages() + (custody_laid_ ? custody_laid_->pages.size() : 0);
    job_.parts.head.pages = head_.pages;
    return {};
  }

  void set_pages(const pdf::Laid& laid) {
    std::size_t next = 0;
    for (std::size_t block = 0; block < annexes_.blocks.size(); ++block) {
      if (!std::holds_alternative<pdf::NewPage>(annexes_.blocks[block])) continue;
      const std::size_t page = laid.block_pages[block] + 1;
      if (next > 0) job_.documents[next - 1].last_page = page - 1;
      job_.documents[next++].first_page = page;
    }
    if (next > 0) job_.documents[next - 1].last_page = laid.pages.size();
  }

  Status put_document(const std::string& name, const pdf::Document& document) {
    DOKAZ_LET(laid, pdf::lay_out(document, fonts_));
    return put_parts(name, laid, {{1, 0}, head_.day, {}, job_.max_part_size, job_.words}, false, 0);
  }
  Status put_laid(const std::string& name, const pdf::Laid& laid, std::size_t first, bool always_part) {
    return put_parts(name, laid, {{first, head_.pages}, head_.day, foreign_, job_.max_part_size, job_.words}, always_part, first);
  }

  Status put_parts(const std::string& name, const pdf::Laid& laid, const pdf::PartsMaking& making, bool always_part, std::size_t first) {
    missing_letters_ += laid.missing_letters;
    std::size_t number = 0;
    return pdf::make_parts(laid, making, fonts_, [&](const pdf::Part& part, const Bytes& content) -> Status {
      ++number;
      const bool named = always_part || part.from > 0 || part.to < laid.pages.size();
      FiledFile file{name + (named ? "_part" + std::to_string(number) : "") + ".pdf", hex(sha256(content)), content.size(), 0, 0,
                     part.archive ? "PDF/A-1b" : "PDF with pages that others made"};
      if (first != 0) {
        file.first_page = first + part.from;
        file.last_page = first + part.to - 1;
        if (progress_) progress_(file.last_page, head_.pages);
      }
      return put(std::move(file), content);
    });
  }

  Status put_text(const std::string& name, const std::string& text) {
    return put({name, hex(sha256(text)), text.size(), 0, 0, "text"}, bytes_of(text));
  }
  Status put(FiledFile file, ByteView content) {
    DOKAZ_TRY(create_file_durably(folder_ / file.name, content));
    written_.files.push_back(std::move(file));
    return {};
  }

  FilingJob& job_;
  const Path& folder_;
  const FilingProgress& progress_;
  pdf::Fonts fonts_;
  FilingHead head_;
  pdf::Document annexes_, custody_;
  std::optional<pdf::Laid> annexes_laid_, custody_laid_;
  std::vector<pdf::ForeignPdf> foreign_;
  std::size_t missing_letters_ = 0;
  WrittenFiling written_;
};

}  // namespace

Result<WrittenFiling> write_filing(FilingJob& job, const Path& folder, const FilingProgress& progress) {
  DOKAZ_LET(fonts, pdf::Fonts::load());
  return Writer(job, folder, progress, std::move(fonts)).write();
}

}  // namespace dokaz::filing
