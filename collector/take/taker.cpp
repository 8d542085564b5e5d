// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/taker.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collector/take/consume.hpp"
#include "proto/format/fact.hpp"

namespace dokaz {

ReadFile read_to_take(const Intake& intake, const KnownOriginals& known, const std::string& file) {
  ReadFile read;
  read.known = known.recognise(file);
  if (!read.known) read.taken = intake.take(file);
  return read;
}

Taken Taker::begin(const std::string& file) {
  Taken taken;
  taken.file = file;
  taken.sidecars_left = finder_.beside(file);
  return taken;
}

Taken Taker::take(const std::string& file, ReadFile read) {
  Taken taken = begin(file);
  if (Consumer(vault_).is_begun(file)) {
    // Its item was durable before the first byte of it was overwritten.
    taken.already_there = true;
    taken.consumed = options_.consume ? Consumer(vault_).finish(file) : Status(Errc::interrupted);
    return taken;
  }
  const Status filled = fill(taken, std::move(read));
  if (!filled) taken.refusal = filled.error();
  else if (options_.consume) remove_source(taken);
  return taken;
}

Status Taker::fill(Taken& taken, ReadFile read) {
  if (read.known) {
    DOKAZ_LET(there, is_there(taken, *read.known));
    if (there) return {};
    read.taken = intake_.take(taken.file);  // an object of its item was lost
  }
  return seal_new(taken, read.taken);
}

Result<bool> Taker::is_there(Taken& taken, const Sha256& original) {
  for (const Form form : {Form::cleaned, Form::uncleaned}) {
    DOKAZ_LET(earlier, vault_.earlier_item({original, form}));
    if (!earlier) continue;
    taken.item = SealedItem{earlier->number, earlier->statement};
    taken.already_there = true;
    return true;
  }
  return false;
}

Status Taker::seal_new(Taken& taken, const Result<TakenIn>& in) {
  if (!in && !is_uncleaned_reason(in.code())) return in.error();
  if (!in) {
    const auto known = known_.recognise_uncleaned(taken.file);
    if (known) {
      DOKAZ_LET(there, is_there(taken, *known));
      if (there) return {};
    }
    if (!options_.seal_uncleaned) return in.error();
  }
  DOKAZ_LET(request, request_for(taken, in ? &*in : nullptr));
  auto sealed = in ? seal(vault_, *in, request) : seal_uncleaned_file(taken, in.error(), request);
  if (!sealed && sealed.code() == Errc::already_sealed) {  // earlier in this batch
    DOKAZ_LET(hash, hash_of_file(taken.file));
    DOKAZ_LET(there, is_there(taken, hash));
    return there ? Status() : Status(sealed.error());
  }
  if (!sealed) return sealed.error();
  note_sealed(taken, *sealed, request);
  return {};
}

/// What the documenter says of the file, and what was seen of it. Nothing is where it was not cleaned.
Result<SealRequest> Taker::request_for(Taken& taken, const TakenIn* in) {
  SealRequest request{Path(taken.file).filename().string(), options_.note, options_.now()};
  request.review = options_.review;
  const std::vector<std::string> signs = in != nullptr ? signs_of(taken.file, *in) : signs_of_name(taken.file);
  request.stated.push_back(Fact::text("acquisition", options_.acquisition));
  if (!options_.acquired_from.empty()) request.stated.push_back(Fact::text("acquisition.from", options_.acquired_from));
  if (!signs.empty()) {
    DOKAZ_LET(fact, Fact::json("acquisition.signs", nlohmann::json(signs).dump()));
    request.stated.push_back(std::move(fact));
  }
  taken.signs = signs;
  if (options_.sidecars) {
    DOKAZ_LET(sidecars, read_sidecars(taken.file, taken.sidecars_left));
    request.sidecars = std::move(sidecars);
  }
  return request;
}

void Taker::note_sealed(Taken& taken, const SealedItem& item, const SealRequest& request) {
  taken.item = item;
  for (const Sidecar& sidecar : request.sidecars) {
    taken.sidecars.push_back(sidecar.name);
    std::erase(taken.sidecars_left, sidecar.name);
    sealed_sidecars_.insert(sha256(sidecar.content));
  }
}

std::vector<Taken> Taker::take_set(const std::vector<std::string>& files) {
  std::vector<Taken> all;
  std::vector<TakenIn> in;
  std::size_t there = 0;
  const auto only = [&](std::size_t which, const Error& refusal) {
    std::vector<Taken> one{all[which]};
    one[0].refusal = refusal;
    return one;
  };
  for (const std::string& file : files) {
    all.push_back(begin(file));
    ReadFile read = read_to_take(intake_, known_, file);
    const auto known = read.known ? is_there(all.back(), *read.known) : Result<bool>(false);
    if (!known) return only(all.size() - 1, known.error());
    there += *known ? 1 : 0;
    if (*known) continue;
    if (read.known) read.taken = intake_.take(file);  // an object of its item was lost
    if (!read.taken) return only(all.size() - 1, read.taken.error());
    in.push_back(std::move(*read.taken));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].already_there && there != files.size()) {
      all[i].already_there = false;
      all[i].item.reset();
      return only(i, fail(Errc::already_sealed, "alone or in another set"));
    }
  if (there == 0) {
    std::vector<SealedTogether> parts;
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto request = request_for(all[i], &in[i]);
      if (!request) return only(i, request.error());
      parts.push_back({&in[i], std::move(*request)});
    }
    const auto sealed = seal_set(vault_, parts);
    if (!sealed) return only(0, sealed.error());
    for (std::size_t i = 0; i < all.size(); ++i) note_sealed(all[i], (*sealed)[i], parts[i].request);
  }
  if (options_.consume)
    for (Taken& one : all) remove_source(one);
  return all;
}

Result<SealedItem> Taker::seal_uncleaned_file(Taken& taken, const Error& refusal, const SealRequest& request) {
  DOKAZ_LET(file, read_uncleaned(taken.file, refusal, IntakeLimits().film_size));
  DOKAZ_LET(sealed, seal_uncleaned(vault_, file, request));
  taken.uncleaned = refusal;
  return sealed;
}

/// The sidecars first: what is cut between them and their photo leaves the photo, which is known.
void Taker::remove_source(Taken& taken) {
  const Consumer consumer(vault_);
  const auto beside = [&](const std::string& name) { return Path(taken.file).parent_path() / name; };
  taken.consumed = Status();
  for (const std::string& name : taken.sidecars) {
    taken.consumed = consumer.remove(beside(name), [&](const Sha256& hash) -> Result<bool> {
      return sealed_sidecars_.contains(hash);
    });
    if (!*taken.consumed) return;
  }
  std::erase_if(taken.sidecars_left, [&](const std::string& name) {
    return consumer.is_begun(beside(name)) && consumer.finish(beside(name));
  });
  taken.consumed = consumer.remove(taken.file, [&](const Sha256& hash) -> Result<bool> {
    for (const Form form : {Form::cleaned, Form::uncleaned}) {
      DOKAZ_LET(held, vault_.earlier_item({hash, form}));
      if (held) return true;
    }
    return false;
  });
}

}  // namespace dokaz
