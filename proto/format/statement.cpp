// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/statement.hpp"

#include <algorithm>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view header = "custody/v1";

constexpr std::string_view act_names[] = {
    "genesis", "seal", "derive", "redact", "transfer-out", "transfer-in", "receive", "access",
    "verify", "export", "disclose", "note", "consent", "withdraw", "heartbeat", "close",
    "fork-found", "key-bind", "key-rotate", "key-revoke", "device-lost", "renew", "destroy"};
/// A receive that answers any statement: the lines before `obj`, the longest `obj` lines, one `sd`.
static_assert(11 + 39 + 25 + 70 + 12 + 26 + 71 + max_statement_objects * 90 + 47 <= max_statement_size);

/// The longest key-rotate: the lines before `key`, then `key` and one `sd`.
static_assert(11 + 39 + 25 + 70 + 15 + 26 + 71 + 158 + 47 == max_rotation_size);

static_assert(std::size(act_names) == static_cast<std::size_t>(Act::destroy) + 1);

std::string text_of_digest(const FactDigest& digest) { return base64url(digest.view()); }

/// Base64url's alphabet is not in ASCII order, so the order of the bytes is another.
bool sd_before(const FactDigest& a, const FactDigest& b) { return text_of_digest(a) < text_of_digest(b); }

bool object_before(const ObjectRef& a, const ObjectRef& b) { return a.id < b.id; }

template <class T, class Before>
bool strictly_ascending(const std::vector<T>& list, Before before) {
  return std::adjacent_find(list.begin(), list.end(),
                            [&](const T& a, const T& b) { return !before(a, b); }) == list.end();
}

/// The rules of section 3 that are not a matter of spelling.
Status check_rules(const StatementFields& fields) {
  const bool first = fields.seq == 0;
  if (fields.previous.is_zero() != first) return fail(Errc::malformed, "seq and prev");
  if ((fields.act == Act::genesis) != first) return fail(Errc::malformed, "seq and act");
  if (!is_representable(fields.time)) return fail(Errc::malformed, "time");
  if (fields.seen.size == 0 && !fields.seen.root.is_zero()) return fail(Errc::malformed, "seen");
  if (fields.objects.size() > max_statement_objects) return fail(Errc::malformed, "too many obj");
  if (!strictly_ascending(fields.objects, object_before)) return fail(Errc::malformed, "order of obj");
  for (const ObjectRef& object : fields.objects)
    if (object.size == 0) return fail(Errc::malformed, "empty obj");
  if (fields.facts.empty()) return fail(Errc::malformed, "no sd");
  if ((fields.act == Act::key_rotate) != fields.next_key.has_value()) return fail(Errc::malformed, "act and key");
  if (fields.next_key && (!fields.objects.empty() || fields.facts.size() != 1))
    return fail(Errc::malformed, "a key-rotate has one sd and no obj");
  if (!strictly_ascending(fields.facts, sd_before)) return fail(Errc::malformed, "order of sd");
  return {};
}

std::string seen_text(const Seen& seen) {
  return std::to_string(seen.size) + ' ' + (seen.size == 0 ? "-" : base64(seen.root.view()));
}

std::string write(const StatementFields& fields) {
  std::string out(header);
  out += "\nchain " + hex(fields.chain);
  out += "\nseq " + std::to_string(fields.seq);
  out += "\nprev " + hex(fields.previous);
  out.append("\nact ").append(name_of(fields.act));
  out += "\ntime " + format_time(fields.time);
  out += "\nseen " + seen_text(fields.seen);
  if (fields.next_key) out += "\nkey " + hex(fields.next_key->key) + ' ' + base64(fields.next_key->consent.view());
  for (const ObjectRef& object : fields.objects) out += "\nobj " + hex(object.id) + ' ' + std::to_string(object.size);
  for (const FactDigest& digest : fields.facts) out += "\nsd " + text_of_digest(digest);
  out += '\n';
  return out;
}

Result<Seen> read_seen(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("seen"));
  DOKAZ_LET(size, from_decimal(fields[0]));
  if (size == 0) {
    if (fields[1] != "-") return fail(Errc::malformed, "seen");
    return Seen{};
  }
  DOKAZ_LET(root, id_from_base64<TreeHash>(fields[1]));
  return Seen{size, root};
}

Result<NextKey> read_next_key(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("key"));
  DOKAZ_LET(key, key_from_hex(fields[0]));
  DOKAZ_LET(consent, id_from_base64<Signature>(fields[1]));
  return NextKey{key, consent};
}

Result<ObjectRef> read_object_ref(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("obj"));
  DOKAZ_LET(id, id_from_hex<ObjectId>(fields[0]));
  DOKAZ_LET(size, from_decimal(fields[1]));
  return ObjectRef{id, size};
}

Result<FactDigest> read_digest(LineReader& lines) {
  DOKAZ_LET(text, lines.value("sd"));
  DOKAZ_LET(bytes, from_base64url(text));
  if (auto digest = FactDigest::from(bytes)) return *digest;
  return fail(Errc::malformed, "sd");
}

Result<StatementFields> read(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_statement_size, header));
  StatementFields out;
  DOKAZ_LET(chain, lines.value("chain"));
  DOKAZ_LET(chain_id, id_from_hex<ChainId>(chain));
  out.chain = chain_id;
  DOKAZ_LET(seq, lines.value("seq"));
  DOKAZ_LET(number, from_decimal(seq));
  out.seq = number;
  DOKAZ_LET(prev, lines.value("prev"));
  DOKAZ_LET(previous, id_from_hex<StatementHash>(prev));
  out.previous = previous;
  DOKAZ_LET(word, lines.value("act"));
  const auto act = act_from_name(word);
  if (!act) return fail(Errc::malformed, "act");
  out.act = *act;
  DOKAZ_LET(clock, lines.value("time"));
  DOKAZ_LET(time, parse_time(clock));
  out.time = time;
  DOKAZ_LET(seen, read_seen(lines));
  out.seen = seen;
  if (lines.next_is("key")) {
    DOKAZ_LET(next, read_next_key(lines));
    out.next_key = next;
  }
  while (lines.next_is("obj")) {
    DOKAZ_LET(object, read_object_ref(lines));
    out.objects.push_back(object);
  }
  while (lines.next_is("sd")) {
    DOKAZ_LET(digest, read_digest(lines));
    out.facts.push_back(digest);
  }
  DOKAZ_TRY(lines.end());
  return out;
}

/// Section 9: label || 00 || C, with C = H(M).
Bytes leaf_message(const Statement& statement) {
  Bytes out = to_bytes("sigsum.org/v1/tree-leaf");
  out.push_back(0);
  append(out, sha256(statement.hash().view()).view());
  return out;
}

/// Section 3, key epochs.
Bytes consent_message(const ChainId& chain, std::uint64_t seq, const PublicKey& present, const PublicKey& next) {
  Bytes out = to_bytes("dokaz/v1/key-rotate");
  out.push_back(0);
  append(out, chain.view());
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(seq >> shift));
  append(out, present.view());
  append(out, next.view());
  return out;
}

}  // namespace

ChainId chain_id(const Fingerprint& of_case, const PublicKey& member, std::uint32_t n) {
  Bytes message = to_bytes("dokaz/chain/v1");
  message.push_back(0);
  append(message, of_case.view());
  append(message, member.view());
  for (int shift = 24; shift >= 0; shift -= 8) message.push_back(static_cast<Byte>(n >> shift));
  const Sha256 hash = sha256(message);
  return ChainId::from(hash.view().first(ChainId::size)).value();
}

Status check_chain_id(const ChainId& chain, const Fingerprint& of_case, const PublicKey& member) {
  for (std::uint32_t n = 0; n < max_member_chains; ++n)
    if (chain == chain_id(of_case, member, n)) return {};
  return fail(Errc::broken_chain, "not a chain of this member in this case");
}

std::string_view name_of(Act act) { return act_names[static_cast<std::size_t>(act)]; }

std::optional<Act> act_from_name(std::string_view name) {
  const auto found = std::find(std::begin(act_names), std::end(act_names), name);
  if (found == std::end(act_names)) return std::nullopt;
  return static_cast<Act>(found - std::begin(act_names));
}

Result<Statement> Statement::parse(ByteView bytes) {
  DOKAZ_LET(fields, read(bytes));
  DOKAZ_TRY(check_rules(fields));
  if (write(fields) != text_of(bytes)) return fail(Errc::malformed, "not canonical");
  return Statement(std::move(fields), to_bytes(bytes));
}

Result<Statement> Statement::make(StatementFields fields) {
  std::sort(fields.objects.begin(), fields.objects.end(), object_before);
  std::sort(fields.facts.begin(), fields.facts.end(), sd_before);
  if (fields.time.day_only) {
    constexpr std::int64_t day = 86400;
    fields.time.unix_seconds -= (fields.time.unix_seconds % day + day) % day;
  }
  DOKAZ_TRY(check_rules(fields));
  Bytes bytes = to_bytes(write(fields));
  if (bytes.size() > max_statement_size) return fail(Errc::malformed, "too long");
  return Statement(std::move(fields), std::move(bytes));
}

StatementHash Statement::hash() const { return StatementHash(sha256(bytes_).raw()); }

SignedStatement sign_statement(Statement statement, const SigningKey& key) {
  const Signature signature = key.sign(leaf_message(statement));
  return {std::move(statement), key.public_key(), signature};
}

Signature consent_to_follow(const ChainId& chain, std::uint64_t seq, const PublicKey& present, const SigningKey& next) {
  return next.sign(consent_message(chain, seq, present, next.public_key()));
}

Status verify_signature(const SignedStatement& of) {
  DOKAZ_TRY(verify(of.member, leaf_message(of.statement), of.signature));
  const StatementFields& fields = of.statement.fields();
  if (!fields.next_key) return {};
  if (fields.next_key->key == of.member) return fail(Errc::bad_key, "the key that it had before");
  return verify(fields.next_key->key, consent_message(fields.chain, fields.seq, of.member, fields.next_key->key),
                fields.next_key->consent);
}

}  // namespace dokaz
