/* A QEMU plugin that counts guest instructions between two addresses: a=0x… and b=0x…; the count goes to
 * out=FILE when b is reached. Debian does not package QEMU's plugin header: what is used is declared here. */

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
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn*, insn_callback, int, void*);

int qemu_plugin_version = 1;

static uint64_t begin, end, count;
static bool counting;
static char out[1024];

static void execute(unsigned cpu, void* address) {
  (void)cpu;
  const uint64_t at = (uint64_t)(uintptr_t)address;
  if (counting) ++count;
  if (at == begin) counting = true, count = 0;
  if (at == end && counting) {
    counting = false;
    FILE* file = fopen(out, "w");
    if (file != NULL) fprintf(file, "%llu\n", (unsigned long long)count), fclose(file);
  }
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    struct qemu_plugin_insn* insn = qemu_plugin_tb_get_insn(block, i);
    qemu_plugin_register_vcpu_insn_exec_cb(insn, execute, 0, (void*)(uintptr_t)qemu_plugin_insn_vaddr(insn));
  }
}

int qemu_plugin_install(qemu_plugin_id_t id, const void* info, int argc, char** argv) {
  (void)info;
  for (int i = 0; i < argc; ++i) {
    if (strncmp(argv[i], "a=", 2) == 0) begin = strtoull(argv[i] + 2, NULL, 0);
    if (strncmp(argv[i], "b=", 2) == 0) end = strtoull(argv[i] + 2, NULL, 0);
    if (strncmp(argv[i], "out=", 4) == 0) snprintf(out, sizeof out, "%s", argv[i] + 4);
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  return 0;
}
