// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/armor.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/age/stream.hpp"
#include "crypto/age/wrap.hpp"

namespace dokaz::age {

struct Writer::State {
  State(Sink to, Form as) : sink(std::move(to)), armor(sink), form(as) {}

  Sink sink;
  ArmorWriter armor;
  Form form;
  FileKey key = FileKey::random();
  PayloadNonce nonce = random_id<PayloadNonce>();
  Stream stream{key, nonce};
  SecretBytes plain{chunk_size};
  std::size_t held = 0;  // bytes of `plain`; a full chunk waits, for it may be the last
  Bytes sealed = Bytes(sealed_chunk_size);
  std::uint64_t index = 0;
  bool finished = false;

  Status put(ByteView bytes) { return form == Form::armored ? armor.write(bytes) : sink(bytes); }

  Status flush(Chunk place) {
    const auto out = std::span<Byte>(sealed).first(held + aead_tag_size);
    plain.reveal([&](ByteView bytes) { stream.seal(index, place, bytes.first(held), out); });
    ++index;
    held = 0;
    return put(out);
  }
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::start(std::unique_ptr<State> state, ByteView header) {
  DOKAZ_TRY(state->put(header));
  DOKAZ_TRY(state->put(state->nonce.view()));
  return Writer(std::move(state));
}

Result<Writer> Writer::create(std::span<const Recipient> recipients, Sink sink, Form form) {
  DOKAZ_CHECK(!recipients.empty());
  auto state = std::make_unique<State>(std::move(sink), form);
  std::vector<Stanza> stanzas;
  for (const Recipient& recipient : recipients) stanzas.push_back(wrap(state->key, recipient));
  const Bytes header = make_header(stanzas, state->key);
  DOKAZ_CHECK(header.size() <= largest_header);
  return start(std::move(state), header);
}

Result<Writer> Writer::create(const Passphrase& passphrase, Sink sink, Form form) {
  auto state = std::make_unique<State>(std::move(sink), form);
  DOKAZ_LET(stanza, wrap(state->key, passphrase));
  std::vector<Stanza> stanzas;
  stanzas.push_back(std::move(stanza));
  const Bytes header = make_header(stanzas, state->key);
  return start(std::move(state), header);
}

Status Writer::write(ByteView bytes) {
  State& state = *state_;
  DOKAZ_CHECK(!state.finished);
  while (!bytes.empty()) {
    if (state.held == chunk_size) DOKAZ_TRY(state.flush(Chunk::middle));
    const std::size_t size = std::min(bytes.size(), chunk_size - state.held);
    state.plain.fill([&](std::span<Byte> plain) {
      std::copy_n(bytes.begin(), size, plain.subspan(state.held, size).begin());
    });
    state.held += size;
    bytes = bytes.subspan(size);
  }
  return {};
}

Status Writer::finish() {
  DOKAZ_CHECK(!state_->finished);
  state_->finished = true;
  DOKAZ_TRY(state_->flush(Chunk::last));
  return state_->form == Form::armored ? state_->armor.finish() : Status{};
}

std::uint64_t envelope_size(std::uint64_t plain_size, std::size_t recipients) {
  const std::uint64_t chunks = plain_size == 0 ? 1 : (plain_size + chunk_size - 1) / chunk_size;
  return 22 + 98 * recipients + 48 + PayloadNonce::size + plain_size + chunks * aead_tag_size;
}

Result<Bytes> encrypt(ByteView plain, std::span<const Recipient> recipients, Form form) {
  Bytes out;
  DOKAZ_LET(writer, Writer::create(recipients, sink_into(out), form));
  DOKAZ_TRY(writer.write(plain));
  DOKAZ_TRY(writer.finish());
  return out;
}

Result<Bytes> encrypt(ByteView plain, const Passphrase& passphrase, Form form) {
  Bytes out;
  DOKAZ_LET(writer, Writer::create(passphrase, sink_into(out), form));
  DOKAZ_TRY(writer.write(plain));
  DOKAZ_TRY(writer.finish());
  return out;
}

}  // namespace dokaz::age
