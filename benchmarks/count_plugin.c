/* A QEMU plugin that counts guest instructions between two addresses, a=0x… and b=0x…; with cycles=CORE it also
 * estimates their cycles, by a model that README.md beside states, of a cortex-m4 (or m55), cortex-m3, cortex-m0 or
 * rv32imc. One number or both go to out=FILE when b is reached,
 * a line each time. Debian does not package QEMU's plugin header: what is used is declared here. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*tb_callback)(qemu_plugin_id_t, struct qemu_plugin_tb*);
typedef void (*insn_callback)(unsigned, void*);
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, tb_callback);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb*);
extern struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb*, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn*);
extern const void* qemu_plugin_insn_data(const struct qemu_plugin_insn*);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn*);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn*, insn_callback, int, void*);

int qemu_plugin_version = 1;

/* What an instruction waits for, or shares with the one before it. */
enum kind { plain, single_access, vector_access, vector_arithmetic, loop_end };

struct instruction {
  uint64_t address, next;
  unsigned cycles; /* after anything else */
  enum kind kind;
};

enum { division = 12, long_float = 14, fused_float = 3 };

/* What differs among cores: cycles of a jump besides its own, and of what the classification leaves to them. */
static struct core {
  const char* name;
  unsigned refill, call, multiply_add, long_multiply, long_multiply_add;
  bool pipelines;
  void (*classify)(struct instruction*, const void*, size_t);
} core;

static unsigned bits(unsigned list) { return (unsigned)__builtin_popcount(list); }

static void is(struct instruction* to, enum kind kind, unsigned cycles) { to->kind = kind, to->cycles = cycles; }

static void classify_16(struct instruction* to, unsigned code) {
  const unsigned top = code >> 11;
  const bool is_load = (code & 0x0800) != 0;
  if (top == 0x09) is(to, single_access, 2);                                       /* LDR of a literal */
  if (top == 0x0a || top == 0x0b) is(to, single_access, 2);                        /* by a register */
  if (top >= 0x0c && top <= 0x13) is(to, is_load ? single_access : plain, is_load ? 2 : 1);
  if ((code & 0xf600) == 0xb400) to->cycles = 1 + bits(code & 0x1ff);              /* PUSH, POP */
  if ((code & 0xf000) == 0xc000) to->cycles = 1 + bits(code & 0xff);               /* STM, LDM */
}

static void classify_float(struct instruction* to, unsigned first, unsigned second) {
  const bool is_access = (first & 0xfe00) == 0xec00;
  if (is_access && (first & 0xffe0) == 0xec40) to->cycles = 2;                     /* VMOV of two registers */
  else if (is_access && (first & 0xff20) == 0xed00) to->cycles = second & 0x100 ? 3 : 2; /* VLDR, VSTR */
  else if (is_access) to->cycles = 1 + (second & 0xff);                            /* VLDM, VSTM, VPUSH, VPOP */
  else if ((second & 0x10) != 0) return;                                           /* from or to a core register */
  else if ((first & 0xb0) == 0x80) to->cycles = long_float;                        /* VDIV */
  else if ((first & 0xbf) == 0xb1 && (second & 0xc0) == 0xc0) to->cycles = long_float; /* VSQRT */
  else if ((first & 0xa0) == 0 || (first & 0xb0) == 0x90 || (first & 0xb0) == 0xa0) to->cycles = fused_float;
}

static void classify_access(struct instruction* to, unsigned first, unsigned second) {
  const bool is_load = (first & 0x10) != 0, by_register = (first & 0x80) == 0 && (second & 0x0fc0) == 0;
  if (is_load || by_register) is(to, single_access, 2);
}

static void classify_32(struct instruction* to, unsigned first, unsigned second) {
  if ((first & 0xfe40) == 0xe800) to->cycles = 1 + bits(second);                   /* LDM, STM */
  else if ((first & 0xfe40) == 0xe840) to->cycles = first & 0x120 ? 3 : 2;         /* LDRD, STRD; LDREX, TBB */
  else if ((first & 0xfe00) == 0xf800) classify_access(to, first, second);
  else if ((first & 0xffd0) == 0xfb90 && (second & 0xf0) == 0xf0) to->cycles = division;
  else if ((first & 0xfff0) == 0xfb00 && (second & 0xf000) != 0xf000) to->cycles = core.multiply_add; /* MLA, MLS */
  else if ((first & 0xffd0) == 0xfb80) to->cycles = core.long_multiply;            /* SMULL, UMULL */
  else if ((first & 0xff90) == 0xfb80) to->cycles = core.long_multiply_add;        /* SMLAL, UMLAL and the like */
  else if ((first & 0xf800) == 0xf000 && (second & 0xd000) == 0xd000) to->cycles = core.call; /* BL */
  else if ((first & 0xee00) == 0xec00 && (second & 0x0e00) == 0x0e00) is(to, vector_access, 2);
  else if ((first & 0xef00) == 0xef00) is(to, vector_arithmetic, 2);
  else if ((first & 0xef00) == 0xee00 && (second & 0x0e00) == 0x0e00) is(to, vector_arithmetic, 2);
  else if ((first & 0xec00) == 0xec00 && (second & 0x0e00) == 0x0a00) classify_float(to, first, second);
  else if ((first & 0xffc0) == 0xf000 && (second & 0xf001) == 0xc001) is(to, loop_end, 0); /* LE, LETP */
}

static void classify_arm(struct instruction* to, const void* code, size_t size) {
  uint16_t halves[2] = {0, 0};
  memcpy(halves, code, size < sizeof halves ? size : sizeof halves);
  if (size == 2) classify_16(to, halves[0]);
  else classify_32(to, halves[0], halves[1]);
}

static void classify_riscv(struct instruction* to, const void* code, size_t size) {
  enum { load = 0x03, store = 0x23, arithmetic = 0x33 };
  uint32_t word = 0;
  memcpy(&word, code, size < sizeof word ? size : sizeof word);
  if (size == 2) { /* C.LW, C.SW, C.LWSP, C.SWSP */
    const unsigned kind = (word & 3) << 3 | (word >> 13 & 7);
    if (kind == 0x02 || kind == 0x06 || kind == 0x12 || kind == 0x16) to->cycles = 2;
    return;
  }
  const unsigned major = word & 0x7f, function = word >> 12 & 7;
  if (major == load || major == store) to->cycles = 2;
  if (major != arithmetic || word >> 25 != 1) return;
  to->cycles = function == 0 ? 1 : function < 4 ? core.long_multiply : 37; /* MUL; MULH; DIV, REM */
}

static const struct core cores[] = {
    {"cortex-m4", 2, 1, 1, 1, 1, true, classify_arm},
    {"cortex-m3", 2, 1, 2, 4, 5, true, classify_arm},
    {"cortex-m0", 1, 2, 1, 1, 1, false, classify_arm},
    {"rv32imc", 2, 1, 1, 2, 2, false, classify_riscv},
};

static uint64_t begin, end, count, cycles;
static bool counting;
static const struct instruction* before;
static char out[1024];

static unsigned cycles_after(const struct instruction* one, const struct instruction* last) {
  const bool is_vector = one->kind == vector_access || one->kind == vector_arithmetic;
  const bool was_vector = last->kind == vector_access || last->kind == vector_arithmetic;
  const bool is_pipelined = core.pipelines && one->kind == single_access && last->kind == single_access;
  const bool overlaps = is_vector && was_vector && one->kind != last->kind;
  const bool was_taken = last->next != one->address && last->kind != loop_end;
  return one->cycles - (is_pipelined || overlaps ? 1 : 0) + (was_taken ? core.refill : 0);
}

static void execute(unsigned cpu, void* instruction) {
  (void)cpu;
  const struct instruction* const one = instruction;
  if (counting) ++count, cycles += core.name != NULL ? cycles_after(one, before) : 0;
  if (one->address == begin) counting = true, count = cycles = 0;
  before = one;
  if (one->address == end && counting) {
    counting = false;
    FILE* const file = fopen(out, "a");
    if (file == NULL) abort();
    fprintf(file, "%llu", (unsigned long long)count);
    if (core.name != NULL) fprintf(file, " %llu", (unsigned long long)cycles);
    fprintf(file, "\n"), fclose(file);
  }
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    struct qemu_plugin_insn* const insn = qemu_plugin_tb_get_insn(block, i);
    const size_t size = qemu_plugin_insn_size(insn);
    struct instruction* const one = malloc(sizeof *one); /* as long as the program */
    if (one == NULL) abort();
    const uint64_t address = qemu_plugin_insn_vaddr(insn);
    *one = (struct instruction){.address = address, .next = address + size, .cycles = 1, .kind = plain};
    if (core.name != NULL) core.classify(one, qemu_plugin_insn_data(insn), size);
    qemu_plugin_register_vcpu_insn_exec_cb(insn, execute, 0, one);
  }
}

int qemu_plugin_install(qemu_plugin_id_t id, const void* info, int argc, char** argv) {
  (void)info;
  for (int i = 0; i < argc; ++i) {
    if (strncmp(argv[i], "a=", 2) == 0) begin = strtoull(argv[i] + 2, NULL, 0);
    if (strncmp(argv[i], "b=", 2) == 0) end = strtoull(argv[i] + 2, NULL, 0);
    if (strncmp(argv[i], "cycles=", 7) == 0)
      for (size_t c = 0; c < sizeof cores / sizeof *cores; ++c)
        if (strcmp(argv[i] + 7, cores[c].name) == 0) core = cores[c];
    if (strncmp(argv[i], "out=", 4) == 0) snprintf(out, sizeof out, "%s", argv[i] + 4);
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  return 0;
}
