/* nacre_serve, over nacre.h alone. docs/serve.md says what goes over the line. */

#include "nacre/serve.h"

#include <string.h>

enum {
  version_of_protocol = 1,
  header_bytes = 8,
  request_bytes = 16, /* of a request's payload, before bytes to write */
  check_bytes = 4,
  mark = 0xc74e,             /* the two bytes that begin a packet */
  crc_of_whole = 0x2144df1c, /* of a packet with its own CRC behind it */
  no_sequence = 0x10000,
  text_memory = 0xffff /* stands for an input */
};

/* Kinds of requests; of their answers by `is_answer` more. Those from `kind_port` on are about an input or output. */
enum {
  kind_hello = 1,
  kind_run = 2,
  kind_profile = 3,
  kind_bye = 4,
  kind_port = 5,
  kind_write = 6,
  kind_read = 7,
  kind_text = 8,
  kind_read_text = 9,
  is_answer = 128
};

#if defined(__ARM_ARCH_6M__)
#define ARCHITECTURE "armv6-m"
#elif defined(__ARM_ARCH_7M__)
#define ARCHITECTURE "armv7-m"
#elif defined(__ARM_ARCH_7EM__)
#define ARCHITECTURE "armv7e-m"
#elif defined(__ARM_ARCH_8M_BASE__)
#define ARCHITECTURE "armv8-m.base"
#elif defined(__ARM_ARCH_8M_MAIN__)
#define ARCHITECTURE "armv8-m.main"
#elif defined(__ARM_ARCH_8_1M_MAIN__)
#define ARCHITECTURE "armv8.1-m.main"
#elif defined(__aarch64__)
#define ARCHITECTURE "aarch64"
#elif defined(__riscv) && __riscv_xlen == 32
#define ARCHITECTURE "riscv32"
#elif defined(__riscv)
#define ARCHITECTURE "riscv64"
#elif defined(__XTENSA__)
#define ARCHITECTURE "xtensa"
#elif defined(__x86_64__)
#define ARCHITECTURE "x86-64"
#else
#define ARCHITECTURE "another"
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define IS_BIG_ENDIAN 1
#else
#define IS_BIG_ENDIAN 0
#endif

typedef struct server {
  const nacre_network* network;
  const nacre_line* line;
  unsigned char* packet;
  uint32_t largest;      /* payload */
  uint32_t is_filling;   /* an input was written after the last run */
  uint32_t run_sequence; /* of the last run, whose answer is sent again where it was lost; or no_sequence */
  uint32_t run_ticks;
  nacre_status run_status;
  uint32_t noted;        /* bytes of the answer of a run */
  uint32_t layers, first, before; /* of a profile: layers timed, the first in the answer, when the last one ended */
} server;

/* Numbers of a packet, at any address. */
static uint32_t get(const unsigned char* from) {
#if IS_BIG_ENDIAN
  return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
#else
  uint32_t value;
  memcpy(&value, from, sizeof value);
  return value;
#endif
}

static void put(unsigned char* to, uint32_t value) {
#if IS_BIG_ENDIAN
  for (unsigned i = 0; i < 4; ++i, value >>= 8) to[i] = (unsigned char)value;
#else
  memcpy(to, &value, sizeof value);
#endif
}

static uint32_t crc(const unsigned char* from, size_t bytes) {
  uint32_t sum = 0xffffffffu;
  for (size_t i = 0; i < bytes; ++i) {
    sum ^= from[i];
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (0xedb88320u & (0u - (sum & 1)));
  }
  return ~sum;
}

static uint32_t now(const server* s) { return s->line->ticks == NULL ? 0 : s->line->ticks(s->line->context); }

/* ---- Packets ------------------------------------------------------------------------------------------------ */

/* Reads until the buffer begins with a whole request. Returns the bytes of its payload; -1 where the line is gone. */
static int32_t receive(const server* s) {
  unsigned char* const p = s->packet;
  size_t held = 0;
  for (;;) {
    size_t needed = header_bytes, next = 1;
    if (held >= needed) {
      const size_t payload = get(p + 4) >> 16;
      needed += payload + check_bytes;
      if ((get(p) & 0xffff) != mark || payload > s->largest) goto drop;
      if (held >= needed) {
        if (crc(p + 2, needed - 2) == crc_of_whole) return (int32_t)payload;
        goto drop;
      }
    }
    const int got = s->line->read(s->line->context, p + held, needed - held);
    if (got < 0) return -1;
    held += (size_t)got;
    if (got > 0 || held == 0) continue;
  drop: /* no packet begins here, or the line fell silent within one */
    while (next < held && p[next] != (mark & 0xff)) ++next;
    held -= next;
    memmove(p, p + next, held);
  }
}

/* Sends the answer to the request in the buffer, with this payload behind its header. Negative where the line is gone.
 */
static int answer(const server* s, nacre_status status, uint32_t payload) {
  unsigned char* const p = s->packet;
  if (status != NACRE_OK) payload = 0;
  p[2] |= is_answer;
  p[3] = (unsigned char)status;
  put(p + 4, (get(p + 4) & 0xffff) | payload << 16);
  put(p + header_bytes + payload, crc(p + 2, header_bytes - 2 + payload));
  return s->line->write(s->line->context, p, header_bytes + payload + check_bytes);
}

/* ---- Requests, each of which makes `p` the payload of its answer ---------------------------------------------- */

static uint32_t hello(const server* s, unsigned char* p) {
  const nacre_line* const line = s->line;
  put(p, version_of_protocol | s->largest << 16);
  put(p + 4, nacre_version());
  put(p + 8, line->ticks_per_second);
  put(p + 12, nacre_layer_count(s->network));
  put(p + 16, line->text == NULL ? 0 : (uint32_t)line->text_bytes);
  put(p + 20, nacre_input_count(s->network) | nacre_output_count(s->network) << 16);
  put(p + 24, line->ticks != NULL);
  memcpy(p + 60, ARCHITECTURE, sizeof ARCHITECTURE - 1);
  return 60 + sizeof ARCHITECTURE - 1;
}

/* Before the first write after a run: a run may have left anything where texts are expected. */
static void begin_row(server* s) {
  if (s->is_filling) return;
  s->is_filling = 1;
  for (unsigned i = nacre_input_count(s->network); i-- > 0;) {
    const nacre_tensor input = nacre_input(s->network, i);
    if (input.type == NACRE_STRING) memset(input.data, 0, input.elements * sizeof(nacre_text));
  }
}

/* Puts the ticks of a layer into the answer, if they have a place there. */
static void note_layer(void* context, unsigned layer) {
  server* const s = context;
  const uint32_t taken = now(s) - s->before;
  (void)layer;
  if (s->layers++ >= s->first && s->noted + 4 <= s->largest) {
    put(s->packet + header_bytes + s->noted, taken);
    s->noted += 4;
  }
  s->before = now(s);
}

/* Computes, layer by layer where `profiles`. The answer holds at least the ticks of all. */
static uint32_t run(server* s, unsigned char* p, int profiles) {
  const uint32_t request = get(p), sequence = get(s->packet + 4) & 0xffff;
  s->noted = 4;
  if (profiles || s->run_sequence != sequence) {
    begin_row(s);
    if (request & 0xffff) nacre_reset_state(s->network);
    s->is_filling = 0;
    s->run_sequence = sequence;
    const uint32_t start = s->before = now(s);
    if (profiles) {
      s->run_sequence = no_sequence;
      s->layers = 0;
      s->first = request >> 16;
      s->noted = 8;
      s->run_status = nacre_run_layers(s->network, note_layer, s);
      put(p + 4, s->layers);
    } else {
      s->run_status = nacre_run(s->network);
    }
    s->run_ticks = now(s) - start;
  }
  put(p, s->run_ticks);
  return s->noted;
}

/* Copies between a packet and elements of `item` bytes, of which the line has the lowest first. */
static void copy(unsigned char* elements, uint32_t offset, unsigned char* packet, size_t bytes, size_t item,
                 int writes) {
#if IS_BIG_ENDIAN
  for (size_t i = 0; i < bytes; ++i) {
    unsigned char* const element = elements + ((offset + i) ^ (item - 1));
    if (writes) *element = packet[i];
    else packet[i] = *element;
  }
#else
  (void)item;
  memmove(writes ? elements + offset : packet, writes ? packet : elements + offset, bytes);
#endif
}

static uint32_t shape_of(const server* s, unsigned char* p, int is_output, unsigned index, nacre_type type) {
  const nacre_shape shape = (is_output ? nacre_output_shape : nacre_input_shape)(s->network, index);
  put(p, (uint32_t)type | shape.rank << 8);
  for (unsigned i = 0; i < shape.rank; ++i) put(p + 4 + 4 * i, shape.dimensions[i]);
  return 4 + 4 * shape.rank;
}

/* A request about an element that is a text. */
static nacre_status touch_text(const server* s, unsigned char* p, unsigned kind, nacre_text* text, uint32_t* payload) {
  const nacre_line* const line = s->line;
  const uint32_t length = get(p + 8), offset = get(p + 12);
  if (kind == kind_text) {
    if (offset > line->text_bytes || length > line->text_bytes - offset) return NACRE_INDEX_OUT_OF_RANGE;
    text->data = line->text + offset;
    text->bytes = length;
    return NACRE_OK;
  }
  if (offset > text->bytes) return NACRE_INDEX_OUT_OF_RANGE;
  const uint32_t left = text->bytes - offset, most = s->largest - 4, part = left < most ? left : most;
  put(p, text->bytes);
  if (part > 0) memcpy(p + 4, text->data + offset, part);
  *payload = 4 + part;
  return NACRE_OK;
}

/* A request about an input or output, with `bytes` to write. */
static nacre_status touch(server* s, unsigned kind, unsigned char* p, uint32_t bytes, uint32_t* payload) {
  const uint32_t request = get(p);
  const unsigned index = request >> 16;
  const uint32_t at = get(p + 4);
  const int is_output = (kind == kind_port ? request : kind) & 1;
  nacre_tensor port = (is_output ? nacre_output : nacre_input)(s->network, index);
  if (kind == kind_write && index == text_memory) {
    port.data = s->line->text;
    port.elements = s->line->text_bytes;
    port.type = NACRE_UINT8;
  }
  if (port.data == NULL) return NACRE_BAD_PORT;
  if (kind == kind_port) {
    *payload = shape_of(s, p, is_output, index, port.type);
    return NACRE_OK;
  }
  if ((port.type == NACRE_STRING) != (kind >= kind_text)) return NACRE_BAD_PORT;
  const size_t item = kind >= kind_text ? 1 : nacre_element_bytes(port.type), all = port.elements * item;
  uint32_t touched = is_output ? get(p + 8) : bytes;
  if (kind >= kind_text) touched = 1;
  if (at > all || touched > all - at || touched > s->largest) return NACRE_INDEX_OUT_OF_RANGE;
  if (!is_output) begin_row(s);
  if (kind >= kind_text) return touch_text(s, p, kind, (nacre_text*)port.data + at, payload);
  if (is_output) *payload = touched;
  else {
    p += request_bytes;
    if (port.type == NACRE_BOOL)
      for (uint32_t i = 0; i < bytes; ++i) p[i] &= 1;
  }
  copy(port.data, at, p, touched, item, !is_output);
  return NACRE_OK;
}

nacre_status nacre_serve(const void* model, size_t model_bytes, const nacre_network* network, const nacre_line* line) {
  server s;
  if (network == NULL || line == NULL || line->read == NULL || line->write == NULL || line->buffer == NULL)
    return NACRE_NULL_ARGUMENT;
  if (nacre_layer_count(network) == 0) return NACRE_NOT_LOADED;
  if (line->buffer_bytes < NACRE_SERVE_BUFFER_BYTES) return NACRE_MEMORY_TOO_SMALL;
  s.is_filling = 0;
  s.run_sequence = no_sequence;
  s.network = network;
  s.line = line;
  s.packet = line->buffer;
  const size_t room = line->buffer_bytes - header_bytes - check_bytes;
  s.largest = room < 0xffff ? (uint32_t)room : 0xffff;
  unsigned char* const p = s.packet + header_bytes;
  for (;;) {
    const int32_t bytes = receive(&s);
    if (bytes < 0) return NACRE_OK;
    const unsigned kind = s.packet[2];
    uint32_t payload = 0;
    nacre_status status = NACRE_OK;
    if (bytes < request_bytes) status = NACRE_BAD_ARGUMENTS;
    else if (kind == kind_hello) {
      s.run_sequence = no_sequence;
      payload = hello(&s, p);
      status = nacre_digest(model, model_bytes, p + 28);
    } else if (kind == kind_run || kind == kind_profile) {
      payload = run(&s, p, kind == kind_profile);
      status = s.run_status;
    } else if (kind >= kind_port && kind <= kind_read_text) {
      status = touch(&s, kind, p, (uint32_t)bytes - request_bytes, &payload);
    } else if (kind != kind_bye) {
      status = NACRE_FEATURE_UNKNOWN;
    }
    if (answer(&s, status, payload) < 0 || kind == kind_bye) return NACRE_OK;
  }
}
