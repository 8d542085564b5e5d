// SPDX-License-Identifier: GPL-3.0-or-later
// Between our messages and the generated ones: one pair of functions a message. Private to the codec.
// `check` holds the rules of docs/protocol.md section 5 that a message alone can break, for both ways.
#pragma once

#include "proto/dialogue/messages.hpp"
#include "sync.pb.h"

namespace dokaz::convert {

wire::Hello to_wire(const Hello& in);
wire::Submit to_wire(const Submit& in);
wire::Offer to_wire(const Offer& in);
wire::Collect to_wire(const Collect& in);
wire::List to_wire(const List& in);
wire::ListMembers to_wire(const ListMembers& in);
wire::Fetch to_wire(const Fetch& in);
wire::Prove to_wire(const Prove& in);
wire::PutRoster to_wire(const PutRoster& in);
wire::Welcome to_wire(const Welcome& in);
wire::Submitted to_wire(const Submitted& in);
wire::Resume to_wire(const Resume& in);
wire::Kept to_wire(const Kept& in);
wire::More to_wire(const More& in);
wire::Stored to_wire(const Stored& in);
wire::Entries to_wire(const Entries& in);
wire::Members to_wire(const Members& in);
wire::Content to_wire(const Content& in);
wire::Proofs to_wire(const Proofs& in);
wire::RosterTaken to_wire(const RosterTaken& in);
wire::Failure to_wire(const Failure& in);

/// malformed for an id of the wrong length or a number out of range.
Result<Hello> from_wire(wire::Hello& in);
Result<Submit> from_wire(wire::Submit& in);
Result<Offer> from_wire(wire::Offer& in);
Result<Collect> from_wire(wire::Collect& in);
Result<List> from_wire(wire::List& in);
Result<ListMembers> from_wire(wire::ListMembers& in);
Result<Fetch> from_wire(wire::Fetch& in);
Result<Prove> from_wire(wire::Prove& in);
Result<PutRoster> from_wire(wire::PutRoster& in);
Result<Welcome> from_wire(wire::Welcome& in);
Result<Submitted> from_wire(wire::Submitted& in);
Result<Resume> from_wire(wire::Resume& in);
Result<Kept> from_wire(wire::Kept& in);
Result<More> from_wire(wire::More& in);
Result<Stored> from_wire(wire::Stored& in);
Result<Entries> from_wire(wire::Entries& in);
Result<Members> from_wire(wire::Members& in);
Result<Content> from_wire(wire::Content& in);
Result<Proofs> from_wire(wire::Proofs& in);
Result<RosterTaken> from_wire(wire::RosterTaken& in);
Result<Failure> from_wire(wire::Failure& in);

/// too_large for a part over its cap, malformed for a rule that is broken.
Status check(const Hello& in);
Status check(const Submit& in);
Status check(const Offer& in);
Status check(const Collect& in);
Status check(const List& in);
Status check(const ListMembers& in);
Status check(const Fetch& in);
Status check(const Prove& in);
Status check(const PutRoster& in);
Status check(const Welcome& in);
Status check(const Submitted& in);
Status check(const Resume& in);
Status check(const Kept& in);
Status check(const More& in);
Status check(const Stored& in);
Status check(const Entries& in);
Status check(const Members& in);
Status check(const Content& in);
Status check(const Proofs& in);
Status check(const RosterTaken& in);
Status check(const Failure& in);

}  // namespace dokaz::convert
