// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dialogue/turns.hpp"

namespace dokaz::turns {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;  // clang 14 does not deduce it for an aggregate

Errc travelling(Errc code) {
  if (code == Errc::no_space) return Errc::server_full;
  return may_travel(code) ? code : Errc::internal;
}

}  // namespace

FrameType frame_type_of(const Request& request) {
  return std::visit(Overloaded{[](const Hello&) { return FrameType::hello; },
                               [](const Submit&) { return FrameType::submit; },
                               [](const Offer&) { return FrameType::offer; },
                               [](const Data&) { return FrameType::upload; },
                               [](const Collect&) { return FrameType::collect; },
                               [](const List&) { return FrameType::list; },
                               [](const ListMembers&) { return FrameType::list_members; },
                               [](const Fetch&) { return FrameType::fetch; },
                               [](const Prove&) { return FrameType::prove; },
                               [](const PutRoster&) { return FrameType::put_roster; }},
                    request);
}

FrameType frame_type_of(const Response& response) {
  return std::visit(Overloaded{[](const Welcome&) { return FrameType::welcome; },
                               [](const Submitted&) { return FrameType::submitted; },
                               [](const Resume&) { return FrameType::resume; },
                               [](const More&) { return FrameType::more; },
                               [](const Kept&) { return FrameType::kept; },
                               [](const Stored&) { return FrameType::stored; },
                               [](const Entries&) { return FrameType::entries; },
                               [](const Members&) { return FrameType::members; },
                               [](const Content&) { return FrameType::content; },
                               [](const Data&) { return FrameType::download; },
                               [](const Proofs&) { return FrameType::proofs; },
                               [](const RosterTaken&) { return FrameType::roster_taken; },
                               [](const Failure&) { return FrameType::failure; }},
                    response);
}

bool is_query(FrameType type) {
  return type == FrameType::submit || type == FrameType::offer || type == FrameType::collect ||
         type == FrameType::list || type == FrameType::list_members || type == FrameType::fetch ||
         type == FrameType::prove || type == FrameType::put_roster;
}

FrameType answer_to(FrameType request) {
  if (request == FrameType::upload) return FrameType::kept;
  if (request == FrameType::prove) return FrameType::proofs;
  return static_cast<FrameType>(static_cast<Byte>(request) | 0x80);
}

Status fits(const Asked& asked, const Response& response) {
  if (const auto* submitted = std::get_if<Submitted>(&response); submitted && submitted->outcomes.size() != asked.items)
    return fail(Errc::malformed, "count");
  if (const auto* proofs = std::get_if<Proofs>(&response); proofs && proofs->proofs.size() != asked.items)
    return fail(Errc::malformed, "count");
  if (const auto* kept = std::get_if<Kept>(&response); kept && kept->object != asked.object)
    return fail(Errc::malformed, "object");
  if (const auto* entries = std::get_if<Entries>(&response);
      entries && !entries->entries.empty() && entries->entries.front().index < asked.from)
    return fail(Errc::malformed, "order");
  if (const auto* content = std::get_if<Content>(&response); content && content->size < asked.offset)
    return fail(Errc::malformed, "size");
  return {};
}

void make_travel(Response& response) {
  if (auto* failure = std::get_if<Failure>(&response)) failure->code = travelling(failure->code);
  if (auto* submitted = std::get_if<Submitted>(&response))
    for (Submitted::Outcome& outcome : submitted->outcomes)
      if (outcome.failure) outcome.failure = travelling(*outcome.failure);
}

}  // namespace dokaz::turns
