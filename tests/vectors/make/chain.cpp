// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of key epochs (section 3): a member's whole chain, in the form of section 18, from its first statement on.
// And of the key-rotates themselves, which are statements.
#include "proto/format/second_statements.hpp"
#include "tests/unit/proto/case_samples.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

using namespace dokaz::test;

SigningKey epoch_key(Byte n) { return key_of(static_cast<Byte>(70 + n)); }

/// Statements one behind the other, signed by whoever is named.
class Chain {
 public:
  Chain& add(Act act, const SigningKey& by) { return put(fields_of(act), by); }
  /// By `present`; `consents` is whose consent it has.
  Chain& rotate(const SigningKey& present, const PublicKey& next, const SigningKey& consents) {
    StatementFields fields = fields_of(Act::key_rotate);
    const Signature consent = consent_to_follow(chain_, fields.seq, present.public_key(), consents);
    fields.next_key = NextKey{next, consent};
    return put(std::move(fields), present);
  }
  Chain& rotate(const SigningKey& present, const SigningKey& next) { return rotate(present, next.public_key(), next); }
  /// The next one claims the place of the last one.
  Chain& back() {
    --next_;
    previous_ = made_.back().statement.fields().previous;
    return *this;
  }

  std::string text() const { return to_text(write_second_statements(made_)); }
  const SignedStatement& last() const { return made_.back(); }

 private:
  StatementFields fields_of(Act act) const {
    StatementFields fields = genesis_fields();
    fields.chain = chain_;
    fields.seq = next_;
    fields.act = act;
    fields.previous = previous_;
    fields.facts = {id_of<FactDigest>(static_cast<Byte>(made_.size() + 1))};
    return fields;
  }
  Chain& put(StatementFields fields, const SigningKey& by) {
    made_.push_back(sign_statement(Statement::make(std::move(fields)).value(), by));
    previous_ = made_.back().statement.hash();
    ++next_;
    return *this;
  }

  ChainId chain_ = chain_of(member_key());
  std::uint64_t next_ = 0;
  StatementHash previous_;
  std::vector<SignedStatement> made_;
};

Chain begun() { return Chain().add(Act::genesis, member_key()); }

std::vector<std::pair<std::string, std::string>> members() {
  return {{"fingerprint", hex(fingerprint_of(root_key().public_key()))},
          {"roster", base64(sign_roster(sample_roster(), root_key()).value().bytes())},
          {"ticket", base64(sign_ticket(sample_ticket(), root_key()).value().bytes())},
          {"admission", base64(sign_admission(sample_admission(), ticket_key(), member_key()).bytes())}};
}

}  // namespace

std::vector<Vector> chain_vectors() {
  const SigningKey first = member_key(), second = epoch_key(1), third = epoch_key(2);
  Maker make("chain", members());
  make.good("one-epoch", "The first key signs until a key-rotate", begun().add(Act::heartbeat, first).text());
  make.good("three-epochs", "Each key signs from behind the key-rotate that names it to its own key-rotate",
            begun().add(Act::seal, first).rotate(first, second).add(Act::seal, second).rotate(second, third)
                .add(Act::close, third).text());
  make.good("key-rotate-behind-key-rotate", "An epoch may have no statement but its key-rotate",
            begun().rotate(first, second).rotate(second, third).add(Act::seal, third).text());
  const auto bad = [&](const char* name, const char* expect, const char* rule, const Chain& chain) {
    make.bad(name, expect, rule, chain.text());
  };
  bad("old-key-goes-on", "wrong_epoch", "Behind a key-rotate the key that it names signs, and no earlier one",
      begun().rotate(first, second).add(Act::seal, first));
  bad("first-key-in-the-third-epoch", "wrong_epoch", "Behind a key-rotate the key that it names signs, and no earlier one",
      begun().rotate(first, second).rotate(second, third).add(Act::seal, first));
  bad("old-key-rotates-again", "wrong_epoch", "A key-rotate is by the newest key",
      begun().rotate(first, second).rotate(first, third));
  bad("key-that-nobody-named", "not_a_member", "A later key follows from the chain alone",
      begun().rotate(first, second).add(Act::seal, third));
  bad("key-before-it-is-named", "not_a_member", "A later key follows from the chain alone",
      begun().add(Act::seal, second).rotate(first, second));
  bad("consent-missing", "bad_signature", "Nobody rotates to a key that is not theirs",
      begun().rotate(first, second.public_key(), first));
  bad("to-the-same-key", "bad_key", "A next key is not the present one", begun().rotate(first, first));
  bad("to-an-earlier-key", "bad_key", "A next key is nobody's in any epoch",
      begun().rotate(first, second).rotate(second, first));
  bad("to-another-member", "bad_key", "A next key is nobody's in any epoch", begun().rotate(first, key_of(42)));
  bad("to-the-case-root", "bad_key", "A next key is not the case root's", begun().rotate(first, root_key()));
  bad("to-the-ticket", "bad_key", "A next key is no ticket's of the case", begun().rotate(first, ticket_key()));
  bad("behind-a-close", "chain_closed", "What follows a close is refused",
      begun().add(Act::close, first).rotate(first, second));
  bad("fork-at-the-key-rotate", "forked_chain", "Two key-rotates claim one place",
      begun().rotate(first, second).back().rotate(first, third));
  return make.take();
}

void add_rotations(Maker& make, std::vector<Vector>& made) {
  const SigningKey first = member_key(), second = epoch_key(1);
  const SignedStatement good = begun().rotate(first, second).last();
  const std::string text = to_text(good.statement.bytes()), key = line_of(text, "key"), sd = line_of(text, "sd");
  make.good("key-rotate", "A key-rotate names the next key, which consents", text,
            {{"hash", hex(good.statement.hash())},
             {"case", hex(fingerprint_of(root_key().public_key()))},
             {"member", hex(good.member)},
             {"signature", hex(good.signature)}});
  make.bad("key-rotate-without-key", "key in a key-rotate", edited(text, key, ""));
  make.bad("key-rotate-key-twice", "Lines in this order", edited(text, key, key + key));
  make.bad("key-rotate-with-two-sd", "A key-rotate has exactly one sd line",
           text + "sd " + base64url(id_of<FactDigest>(0xfe).view()) + "\n");
  make.bad("key-rotate-with-obj", "A key-rotate has no obj", edited(text, sd, "obj " + std::string(64, '1') + " 7\n" + sd));
  make.bad("key-in-capitals-of-key-rotate", "Hexadecimal is lower case",
           edited(text, hex(second.public_key()), [&] {
             std::string capitals = hex(second.public_key());
             for (char& c : capitals) c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
             return capitals;
           }()));
  make.bad("key-rotate-without-consent", "key has two values", edited(text, key, key.substr(0, key.rfind(' ')) + "\n"));
  make.bad("key-rotate-consent-short", "A consent has 64 bytes",
           edited(text, key, key.substr(0, key.rfind(' ')) + " " + base64(Bytes(63)) + "\n"));
  make.bad("key-rotate-key-of-small-order", "bad_key", "Public keys of small order are refused",
           edited(text, hex(second.public_key()), "01" + std::string(62, '0')));
  make.bad("key-in-a-heartbeat", "key in a key-rotate, and in nothing else", edited(text, "act key-rotate", "act heartbeat"));

  const auto bad = [&](const char* name, const char* expect, const char* rule, const NextKey& next) {
    StatementFields fields = good.statement.fields();
    fields.next_key = next;
    const SignedStatement one = sign_statement(Statement::make(std::move(fields)).value(), first);
    made.push_back({"statement", name, expect, rule,
                    {{"member", hex(one.member)}, {"signature", hex(one.signature)}}, one.statement.bytes()});
  };
  const ChainId chain = good.statement.fields().chain;
  const PublicKey present = first.public_key(), next = second.public_key();
  bad("consent-by-the-present-key", "bad_signature", "The next key consents", {next, consent_to_follow(chain, 1, present, first)});
  bad("consent-to-another-place", "bad_signature", "The consent names the place", {next, consent_to_follow(chain, 2, present, second)});
  bad("consent-to-another-chain", "bad_signature", "The consent names the chain",
      {next, consent_to_follow(chain_of(first, 1), 1, present, second)});
  bad("consent-to-follow-another-key", "bad_signature", "The consent names the present key",
      {next, consent_to_follow(chain, 1, key_of(42).public_key(), second)});
  bad("key-rotate-to-the-same-key", "bad_key", "A next key is not the present one",
      {present, consent_to_follow(chain, 1, present, first)});
}

}  // namespace dokaz::format_vectors
