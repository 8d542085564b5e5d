// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/parcel/plan.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "collector/parcel/parts.hpp"
#include "crypto/age/envelope.hpp"
#include "proto/format/object.hpp"

namespace dokaz {
namespace {

// Lengths of lines, at most: base64 of the parts, and their keys.
constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }
constexpr std::size_t object_line = 100;
std::size_t statement_line(const OwnStatement& own) {
  return 110 + base64_size(own.signed_statement.statement.bytes().size());
}
/// Of everything else in the text.
std::size_t other_lines(const Vault& vault) {
  std::size_t rotations = 0;
  for (const Rotation& each : vault.rotations()) rotations += 100 + base64_size(each.statement.size());
  return 640 + base64_size(vault.ticket().size()) + base64_size(vault.admission().size()) + rotations;
}

/// A volume while it is filled.
struct Draft {
  PlannedVolume volume;
  std::size_t text = 0;
  std::uint64_t bytes = 0;  // of objects
};

struct Wanted {
  const OwnStatement* item;
  std::vector<ObjectRef> objects;
};

class Planner {
 public:
  Planner(const Vault& vault, std::optional<std::uint64_t> volume_size)
      : room_(volume_size.value_or(std::numeric_limits<std::uint64_t>::max())), start_(other_lines(vault)) {}

  /// What every volume has: the statements that are not logged.
  Status begin(const std::vector<const OwnStatement*>& sealed) {
    base_.text = start_;
    for (const OwnStatement* own : sealed) {
      if (base_.volume.statements.size() == max_parcel_statements ||
          base_.text + statement_line(*own) > max_parcel_text / 2) {
        plan_.left = sealed.size() - base_.volume.statements.size();
        plan_.first_left = own->number();
        break;
      }
      add_statement(base_, *own);
    }
    if (!fits(base_, 0, 0)) return fail(Errc::usage, "a volume of that size has no room for the statements");
    draft_ = base_;
    return {};
  }

  void add(const OwnStatement& item, const ObjectRef& object) {
    if (packed_.contains(object)) return;
    if (item.state() == CustodyState::sealed && !has(base_, item.number())) return;  // it is among those left
    const auto place = [&] { return try_place(item, object); };
    if (place()) return;
    // One that no empty volume takes either leaves the volume that was begun as it is.
    if (!draft_.volume.objects.empty() && fits_alone(item, object)) {
      close();
      if (place()) return;
    }
    if (add_alone(item, object)) return;
    if (plan_.too_large.empty() || plan_.too_large.back() != item.number()) plan_.too_large.push_back(item.number());
  }

  void lose(std::uint64_t item, Errc code) { plan_.lost.emplace(item, code); }

  Plan finish() {
    if (!draft_.volume.objects.empty() || (plan_.volumes.empty() && !draft_.volume.statements.empty())) close();
    return std::move(plan_);
  }

 private:
  static bool has(const Draft& draft, std::uint64_t number) {
    return std::binary_search(draft.volume.statements.begin(), draft.volume.statements.end(), number);
  }
  static void add_statement(Draft& draft, const OwnStatement& own) {
    auto& numbers = draft.volume.statements;
    numbers.insert(std::upper_bound(numbers.begin(), numbers.end(), own.number()), own.number());
    draft.text += statement_line(own);
  }
  bool fits(const Draft& draft, std::size_t more_text, std::uint64_t more_bytes) const {
    const std::uint64_t content = draft.text + more_text + draft.bytes + more_bytes;
    return draft.text + more_text <= max_parcel_text && age::envelope_size(padme(content), 1) <= room_;
  }
  bool try_place(const OwnStatement& item, const ObjectRef& object) {
    const bool known = has(draft_, item.number());
    const std::size_t text = object_line + (known ? 0 : statement_line(item));
    if (draft_.volume.objects.size() == max_parcel_objects || object.size > max_parcel_bytes - draft_.bytes ||
        (!known && draft_.volume.statements.size() == max_parcel_statements) || !fits(draft_, text, object.size))
      return false;
    if (!known) add_statement(draft_, item);
    draft_.text += object_line;
    draft_.bytes += object.size;
    draft_.volume.objects.push_back(object);
    packed_.insert(object);
    return true;
  }
  std::size_t text_for(const Draft& draft, const OwnStatement& item) const {
    return object_line + (has(draft, item.number()) ? 0 : statement_line(item));
  }
  bool fits_alone(const OwnStatement& item, const ObjectRef& object) const {
    return object.size <= max_parcel_bytes && fits(base_, text_for(base_, item), object.size);
  }
  /// In a parcel of its own, which is cut. What was begun before it goes on.
  bool add_alone(const OwnStatement& item, const ObjectRef& object) {
    const std::uint64_t most = room_ > std::numeric_limits<std::uint64_t>::max() / Parts::most
                                   ? std::numeric_limits<std::uint64_t>::max() : room_ * Parts::most;
    const std::uint64_t text = base_.text + text_for(base_, item);
    if (object.size > max_parcel_bytes || age::envelope_size(padme(text + object.size), 1) > most) return false;
    Draft begun = std::exchange(draft_, base_);
    const std::uint64_t room = std::exchange(room_, std::numeric_limits<std::uint64_t>::max());
    const bool placed = try_place(item, object);
    room_ = room;
    if (placed) {
      draft_.volume.cut = true;
      close();
    }
    draft_ = std::move(begun);
    return placed;
  }
  void close() {
    std::sort(draft_.volume.objects.begin(), draft_.volume.objects.end());
    plan_.volumes.push_back(std::move(draft_.volume));
    draft_ = base_;
  }

  std::uint64_t room_;
  std::size_t start_;
  Draft base_, draft_;
  std::set<ObjectRef> packed_;
  Plan plan_;
};

}  // namespace

Result<Plan> plan_volumes(Vault& vault, const PackOrder& order) {
  DOKAZ_LET(all, vault.statements());
  std::vector<const OwnStatement*> sealed;
  for (const OwnStatement& own : all)
    if (own.state() == CustodyState::sealed && own.number() >= order.first_statement) sealed.push_back(&own);
  Planner planner(vault, order.volume_size);
  DOKAZ_TRY(planner.begin(sealed));
  if (order.contents == PackContents::statements) return planner.finish();
  for (const OwnStatement& own : all) {
    const bool is_there = own.is_confirmed() || (own.stored && own.history == History::unseen && !order.unconfirmed_too);
    if (is_there || own.number() < order.first_statement) continue;
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects) {
      const auto file = vault.outbox().open(object);
      if (file) planner.add(own, object);
      else if (!own.sealed_again) planner.lose(own.number(), file.code());
    }
  }
  return planner.finish();
}

}  // namespace dokaz
