#include <doctest/doctest.h>
#include <pthread.h>
#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include "tests/hostile/reader_pickles.hpp"
#include "tests/support/random.hpp"
#include "tools/pickle/describe.hpp"
#include "tools/pickle/read.hpp"
#include "tools/read/read.hpp"
#include "tools/sklearn/read.hpp"

// Pickles are programs for a machine that Python runs. Ours has no way to call anything: these try.

namespace nacre::tools::test {
namespace {

using namespace pickles;

struct Name {
  const char *module, *name;
};

/// What attacks on pickle loaders have called, and what lists of dangerous names have missed.
constexpr Name kPayloads[] = {{"os", "system"},
                              {"posix", "system"},
                              {"nt", "system"},
                              {"builtins", "eval"},
                              {"builtins", "exec"},
                              {"builtins", "__import__"},
                              {"builtins", "getattr"},
                              {"builtins", "compile"},
                              {"subprocess", "Popen"},
                              {"subprocess", "check_output"},
                              {"operator", "methodcaller"},
                              {"operator", "attrgetter"},
                              {"functools", "partial"},
                              {"numpy.f2py.crackfortran", "getlincoef"},
                              {"numpy.f2py.crackfortran", "myeval"},
                              {"numpy.testing._private.utils", "runstring"},
                              {"numpy", "load"},
                              {"numpy.core.multiarray", "fromfile"},
                              {"joblib", "load"},
                              {"pickle", "loads"},
                              {"_pickle", "loads"},
                              {"marshal", "loads"},
                              {"types", "CodeType"},
                              {"types", "FunctionType"},
                              {"sys", "modules"},
                              {"importlib", "import_module"},
                              {"runpy", "_run_code"},
                              {"pty", "spawn"},
                              {"pip", "main"},
                              {"pdb", "run"},
                              {"timeit", "timeit"},
                              {"cProfile", "run"},
                              {"doctest", "debug_script"},
                              {"code", "interact"},
                              {"ctypes", "CDLL"},
                              {"webbrowser", "open"},
                              {"shutil", "rmtree"},
                              {"socket", "create_connection"},
                              {"urllib.request", "urlopen"},
                              {"ensurepip", "_run_pip"},
                              {"lib2to3.pgen2.pgen", "ParserGenerator"},
                              {"multiprocessing.util", "spawnv_passfds"},
                              {"asyncio.unix_events", "_UnixSubprocessTransport._start"},
                              {"os", "path.os.system"},
                              {"torch.storage", "_load_from_bytes"},
                              {"sklearn.utils", "os.system"},
                              {"builtins", "object.__reduce_ex__"}};

/// Every way in which a pickle names something and has it called with the text `id`.
std::vector<std::string> calls_of(const Name& payload) {
  const std::string name = global(payload.module, payload.name), argument = text("id");
  return {name + tuple(argument) + "R.",
          "\x80\x04" + text(payload.module) + text(payload.name) + "\x93" + argument + "\x85R.",
          "(" + argument + "i" + payload.module + "\n" + payload.name + "\n.",
          "(" + name + argument + "o.",
          "\x80\x02" + name + tuple(argument) + "\x81.",
          "\x80\x04" + name + tuple(argument) + dict({{"shell", "\x88"}}) + "\x92.",
          "\x80\x02" + name + tuple(argument) + "R" + dict({{"__setstate__", name}}) + "b."};
}

/// Runs `action` in a child that dies when it starts a program, opens a connection or a file to write.
/// Returns the signal that killed it; 0 where it came to its end.
template <typename Action>
int signal_of(Action action) {
  const pid_t child = fork();
  if (child == 0) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const auto kill_on = [&](const char* call) {
      seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, seccomp_syscall_resolve_name(call), 0);
    };
    for (const char* call : {"execve", "execveat", "fork", "vfork", "socket", "connect", "creat", "unlink", "unlinkat",
                             "rename", "renameat2", "mkdir", "kill", "ptrace"})
      kill_on(call);
    for (const int mode : {O_WRONLY, O_RDWR}) {
      const auto opens = [&](const char* call, unsigned flags) {
        seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, seccomp_syscall_resolve_name(call), 1,
                         scmp_arg_cmp{flags, SCMP_CMP_MASKED_EQ, O_ACCMODE, static_cast<scmp_datum_t>(mode)});
      };
      opens("openat", 2), opens("open", 1);
    }
    if (seccomp_load(filter) != 0) _exit(2);
    action();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

void read_all(const std::string& pickle) {
  const Document document = read_pickle(file_of(pickle));
  (void)describe(document);
  Graph graph;
  Keys select;
  add_sklearn(graph, document, select, nullptr);
}

/// Reads a pickle, shows it and makes it a model, on a stack of 256 KiB.
std::string refusal_on_a_small_stack(const std::string& pickle) {
  struct Work {
    const std::string& pickle;
    std::string said;
  } work{pickle, "not run"};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, std::size_t{256} << 10);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    auto& own = *static_cast<Work*>(argument);
    own.said = refusal_of([&] { read_all(own.pickle); });
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, run, &work) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return work.said;
}

TEST_SUITE("hostile pickles") {
  TEST_CASE("C1: every known payload, called in every way, is refused by its name") {
    for (const Name& payload : kPayloads)
      for (const std::string& pickle : calls_of(payload)) {
        CAPTURE(pickle);
        const std::string name = std::string(payload.module) + "." + payload.name;
        CHECK(read_pickle(file_of(pickle)).root().class_name() == name);
        CHECK(says(conversion_refusal(pickle), name.c_str()));
      }
  }

  TEST_CASE("C1: a conversion starts nothing, connects to nothing and writes nothing but its output") {
    REQUIRE(signal_of([] { execl("/bin/true", "true", nullptr); }) == SIGSYS);  // the trap works
    REQUIRE(signal_of([] { (void)open("/tmp/nacre-was-here", O_WRONLY | O_CREAT, 0600); }) == SIGSYS);
    const TemporaryFolder folder;
    std::vector<std::string> paths;
    for (const Name& payload : kPayloads)
      for (const std::string& pickle : calls_of(payload)) {
        paths.push_back(folder.file(std::to_string(paths.size())));
        std::ofstream(paths.back(), std::ios::binary) << pickle;
      }
    CHECK(signal_of([&] {
            for (const std::string& path : paths) {
              ConvertOptions options;
              options.files = {path};
              options.output = folder.file("out.nacre");
              (void)refusal_of([&] { convert(options); });
            }
          }) == 0);
    CHECK(folder.names().size() == paths.size());
  }

  TEST_CASE("C1: a payload in front of a model is not run, and the model is what it was") {
    const Buffer sound = Buffer::map_file(fixture("protocol_2.pkl"));
    for (const Name& payload : {kPayloads[0], kPayloads[3], kPayloads[8]}) {
      const std::string poisoned =
          "\x80\x02" + global(payload.module, payload.name) + tuple(text("id")) + "R0" + text_of(sound).substr(2);
      const TemporaryFolder folder;
      std::ofstream(folder.file("model.pkl"), std::ios::binary) << poisoned;
      CHECK(signal_of([&] { (void)read_model({folder.file("model.pkl")}, {}, nullptr); }) == 0);
      CHECK(read_model({folder.file("model.pkl")}, {}, nullptr).values.size() ==
            read_model({fixture("protocol_2.pkl")}, {}, nullptr).values.size());
    }
  }

  TEST_CASE("C1: a class that is given a state, and calls of what is no class, stay data") {
    CHECK(says(conversion_refusal(global("os", "system") + dict({{"x", "N"}}) + "b."), "a class is given a state"));
    CHECK_FALSE(conversion_refusal(text("os.system") + tuple(text("id")) + "R.").empty());
    CHECK_FALSE(conversion_refusal("]" + tuple(text("id")) + "R.").empty());
  }

  TEST_CASE("C2: a million levels of every container neither recurse nor overflow a small stack") {
    constexpr std::size_t kLevels = 1000000;
    const std::string shapes[] = {repeated("(l", kLevels) + repeated("a", kLevels - 1) + ".",  // lists
                                  "N" + repeated("(K\x01t0K\x02\x86", kLevels / 4) + ".",  // pairs of pairs
                                  repeated("}K\x01", kLevels) + "N" + repeated("s", kLevels) + ".",  // dictionaries
                                  repeated(global("a", "b"), kLevels / 4) + ")" + repeated("\x81\x85", kLevels / 4) +
                                      ".",  // objects made of objects
                                  repeated("(", kLevels) + "N" + repeated("t", kLevels) + "."};  // tuples by marks
    for (const std::string& shape : shapes) CHECK_FALSE(refusal_on_a_small_stack(shape).empty());
  }

  TEST_CASE("C2: ten million objects of one byte each are refused, not kept") {
    CHECK(says(refusal_on_a_small_stack("N" + std::string(10000000, '\x85') + "."), "too many objects"));
    CHECK(says(refusal_on_a_small_stack(std::string(10000000, ']') + "."), "too many objects"));
  }

  TEST_CASE("C2: lists of lists of one list (a billion laughs) are neither unfolded nor shown at length") {
    std::string laughs = "]" + put(0);
    for (unsigned level = 1; level < 30; ++level) laughs += "](" + repeated(get(level - 1), 100) + "e" + put(level);
    CHECK(read_pickle(file_of(laughs + ".")).node_count() < 1000);
    CHECK(describe(read_pickle(file_of(laughs + "."))).size() < 100000);
    // As the numbers of a model: seven levels would be 10^14 of them.
    std::string numbers = "](" + repeated("K\x01", 100) + "e" + put(1);
    for (unsigned level = 2; level < 8; ++level) numbers += "](" + repeated(get(level - 1), 100) + "e" + put(level);
    const std::string model = numbers + "0" +
                              object("sklearn.linear_model._base", "LinearRegression",
                                     dict({{"coef_", get(7)}, {"intercept_", "K\x00"s}, {"n_features_in_", "K\x02"}}));
    CHECK(says(refusal_of([&] { read_all(model + "."); }), "more numbers than the file has bytes"));
  }

  TEST_CASE("C2: duplicates on the stack cost what they are, and no more") {
    CHECK_FALSE(refusal_of([] { read_all("]" + std::string(1000000, '2') + "."); }).empty());
    CHECK(read_pickle(file_of("(]" + std::string(1000000, '2') + "t.")).node_count() < 1000);
  }

  TEST_CASE("C2: copies of copies are refused where they outgrow the file") {
    const std::string list = "](" + repeated("K\x01", 100000) + "e" + put(1) + "0";
    CHECK(says(
        refusal_of([&] { read_all(list + repeated(global("builtins", "list") + tuple(get(1)) + "R0", 5000) + "N."); }),
        "copied again"));
    const std::string letters = "X" + little_endian(1000000, 4) + std::string(1000000, 'a') + put(1) + "0";
    CHECK(says(refusal_of([&] {
                 read_all(letters + repeated(global("_codecs", "encode") + tuple(get(1)) + "R0", 500) + "N.");
               }),
               "copied again"));
  }

  TEST_CASE("C2: a model that holds itself is refused") {
    const std::string itself = get(0);
    for (const std::string& model :
         {object("sklearn.model_selection._search", "GridSearchCV", dict({{"best_estimator_", itself}})),
          object("sklearn.pipeline", "Pipeline", dict({{"steps", "](" + tuple(text("a") + itself) + "e"}})),
          object("sklearn.pipeline", "Pipeline",
                 dict({{"steps", "](" + repeated(tuple(text("a") + itself), 9) + "e"}})),
          object("sklearn.ensemble._forest", "RandomForestClassifier",
                 dict({{"estimators_", "](" + itself + "e"}, {"classes_", itself}, {"n_features_in_", "K\x02"}}))})
      CHECK_FALSE(refusal_on_a_small_stack(model + ".").empty());
    CHECK_FALSE(refusal_on_a_small_stack("}" + put(0) + text("a") + itself + "s.").empty());
    CHECK_FALSE(refusal_on_a_small_stack("]" + put(0) + itself + "a.").empty());
  }

  TEST_CASE("C2: pipelines of one pipeline twice, forty levels of them, are refused before the last") {
    std::string nested = global("sklearn.pipeline", "Pipeline") + ")\x81" +
                         dict({{"steps", "](" + tuple(text("a") + "N") + "e"}}) + "b" + put(1) + "0";
    for (unsigned level = 2; level <= 40; ++level)
      nested += global("sklearn.pipeline", "Pipeline") + ")\x81" +
                dict({{"steps", "](" + repeated(tuple(text("a") + get(level - 1)), 2) + "e"}}) + "b" + put(level) + "0";
    CHECK_FALSE(refusal_of([&] { read_all(nested + get(40) + "."); }).empty());
  }

  TEST_CASE("C2: what is asked for as a pair, a dictionary or a list, and is none, is refused") {
    const std::string ordered = global("collections", "OrderedDict");
    for (const std::string& pair : {text("ab"), integer(2), "N"s, "C\x02" "ab"s, global("a", "b")})
      CHECK(
          says(refusal_of([&] { read_all(ordered + tuple("](" + pair + "e") + "R."); }), "something else than pairs"));
    CHECK_FALSE(refusal_of([&] {
                  read_all(dtype("f8", tuple("K\x03" + text("<") + "N" + text("ab") +
                                             "NJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00"s)) +
                           ".");
                }).empty());
  }

  TEST_CASE("C2: a dictionary of a hundred thousand entries, met at every line, is shown in no time") {
    std::string big = "}(";
    for (unsigned i = 0; i < 100000; ++i) big += integer(i) + "N";
    big += "u" + put(0);
    const Document document = read_pickle(file_of("](" + big + repeated(get(0), 100) + "e."));
    CHECK(describe(document).size() < 100000);
  }

  TEST_CASE("C3: every opcode alone is refused at its place, but for those that need nothing") {
    const std::string accepted = "N)]}\x88\x89\x8f"s;
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
      const std::string alone(1, static_cast<char>(opcode));
      CAPTURE(opcode);
      const std::string said = refusal_of([&] { (void)read_pickle(file_of(alone + ".")); });
      CHECK(said.empty() == (accepted.find(alone) != std::string::npos));
      CHECK((said.empty() || says(said, "byte ")));
    }
  }

  TEST_CASE("C3: numbers that no pickler writes, wherever an opcode takes one") {
    for (const char* opcode : {"X", "B", "T", "\x8b"})
      for (const std::uint64_t size : {0x7fffffffull, 0x80000000ull, 0xffffffffull})
        CHECK_FALSE(refusal_of([&] { (void)read_pickle(file_of(opcode + little_endian(size, 4) + "x.")); }).empty());
    for (const char* opcode : {"\x8d", "\x8e", "\x96", "\x95"})
      for (const std::uint64_t size : {1ull << 31, 1ull << 32, 1ull << 63, ~0ull})
        CHECK_FALSE(refusal_of([&] {
                      (void)read_pickle(file_of("\x80\x04" + (opcode + little_endian(size, 8)) + "x."));
                    }).empty());
    for (const char* line : {"I99999999999999999999\n", "L-9223372036854775809L\n"})
      CHECK(read_pickle(file_of(line + "."s)).root().kind() == Kind::big_integer);
    for (const char* line :
         {"I\n", "Ix\n", "I1", "F1e\n", "L\n", "g-1\n", "p99999999999999999999\n", "Vab\\uD\n", "S'ab\n", "Sab\n"})
      CHECK_FALSE(refusal_of([&] { (void)read_pickle(file_of(line + "."s)); }).empty());
    const auto root = [](const std::string& pickle) { return read_pickle(file_of(pickle)); };
    CHECK_FALSE(refusal_of([&] {
                  (void)root("G\x7f\xf0\x00\x00\x00\x00\x00\x00."s).root().as_int();
                }).empty());  // infinity as an integer
    CHECK_FALSE(
        refusal_of([&] { (void)root("G\x43\xe0\x00\x00\x00\x00\x00\x00."s).root().as_int(); }).empty());  // 2^63
    CHECK(root("G\xc3\xe0\x00\x00\x00\x00\x00\x00."s).root().as_int() == std::numeric_limits<std::int64_t>::min());
  }

  TEST_CASE("C3: frames that overlap, are empty, or end in the middle of a text") {
    const auto frame = [](std::uint64_t size) { return "\x95" + little_endian(size, 8); };
    const auto read = [](const std::string& pickle) { return refusal_of([&] { (void)read_pickle(file_of(pickle)); }); };
    CHECK(read("\x80\x04" + frame(2) + "N.").empty());
    CHECK(read("\x80\x04" + frame(0) + frame(0) + frame(1) + "N.").empty());
    CHECK(says(read("\x80\x04" + frame(3) + "N."), "longer than the rest"));
    CHECK(says(read("\x80\x04" + frame(4) + "X" + little_endian(2, 4) + "ab."), "crosses the end"));
    CHECK(says(read("\x80\x04" + frame(6) + "Vabcdefgh\n."), "crosses the end"));
    CHECK(says(read("\x80\x04" + frame(20) + "N" + frame(2) + "N0000000."), "frame"));
  }

  TEST_CASE("C3: a pickle of every protocol, cut or changed at any byte, is read or refused") {
    for (const char* name :
         {"protocol_0.pkl", "protocol_1.pkl", "protocol_2.pkl", "protocol_3.pkl", "protocol_4.pkl", "protocol_5.pkl"}) {
      const std::string whole = text_of(Buffer::map_file(fixture(name)));
      CAPTURE(name);
      unsigned refused = 0;
      for (std::size_t at = 0; at < whole.size(); ++at) {
        refused += !refusal_of([&] { (void)read_pickle(file_of(whole.substr(0, at))); }).empty();
        std::string changed = whole;
        for (const int change : {0x01, 0x80, 0xff}) {
          changed[at] = static_cast<char>(whole[at] ^ change);
          (void)refusal_of([&] { read_all(changed); });
        }
      }
      CHECK(refused == whole.size());
    }
  }

  TEST_CASE("C3: programs of random opcodes end in an object or a refusal") {
    nacre::test::Random random(1);
    const std::string opcodes =
        "(.0122BCFGIJKLMNPQRSTUVX]abcdefghijlopqrstu})\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91"
        "\x92\x93\x94\x95\x96"s;
    unsigned accepted = 0;
    for (unsigned program = 0; program < 60000; ++program) {
      std::string pickle;
      for (std::uint32_t length = random.size(1, 24); length > 0; --length) {
        pickle += opcodes[random.size(0, static_cast<std::uint32_t>(opcodes.size() - 1))];
        if (random.integer(0, 3) == 0) pickle += static_cast<char>(random.integer(0, 2));
        if (random.integer(0, 9) == 0) pickle += "1\n";
      }
      accepted += refusal_of([&] { (void)describe(read_pickle(file_of(")" + pickle + "."))); }).empty();
    }
    CHECK(accepted > 100);
  }
}

}  // namespace
}  // namespace nacre::tools::test
