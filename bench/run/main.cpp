// SPDX-License-Identifier: BSL-1.0
// Compares every contender's results with the reference's, times all of them through Google Benchmark, and
// prints one table: a row a size, a column a contender.
#include "contender.hpp"

#include <benchmark/benchmark.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <new>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

// OpenBLAS's own, absent from any other BLAS.
extern "C" {
char* openblas_get_corename() __attribute__((weak));
char* openblas_get_config() __attribute__((weak));
void openblas_set_num_threads(int) __attribute__((weak));
}

namespace {
std::size_t allocations = 0;

// Where the data of small calls lie relative to each other decides their speed on some processors: a load
// waits for an earlier store to another page that has the same place in it. So each repetition makes its
// contender anew, at other places.
bool places_vary = false;
std::size_t next_place() {
    static std::mt19937 generator(1);
    return places_vary ? generator() % 64 * 64 : 0;
}

void* counted(std::size_t size, std::size_t alignment) {
    ++allocations;
    // In front of what is returned is noted what is to be freed.
    const std::size_t start = std::max(alignment, alignof(std::max_align_t)), before = start + next_place();
    // The size of an aligned allocation is a multiple of its alignment.
    void* const memory =
        std::aligned_alloc(start, (before + std::max<std::size_t>(size, 1) + start - 1) / start * start);
    if (!memory) throw std::bad_alloc();
    void** const given = reinterpret_cast<void**>(static_cast<char*>(memory) + before);
    given[-1] = memory;
    return given;
}
void give_back(void* memory) {
    if (memory) std::free(static_cast<void**>(memory)[-1]);
}
} // namespace

// Counted, to prove that the contenders which claim to allocate nothing do so.
void* operator new(std::size_t size) {
    return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted(size, std::size_t(alignment));
}
void operator delete(void* memory) noexcept {
    give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    give_back(memory);
}

namespace bench {
namespace {

constexpr bool is_double = std::is_same_v<real, double>;

struct options {
    bool check_only = false;
    std::string only;
    std::string output;
    double seconds = 0.5; // for each contender and size, over all repetitions
    int repetitions = 9;
};

constexpr const char* usage = R"(
arguments of bench_run:
  --short               checks and a few milliseconds of timing
  --check               checks alone
  --only=TEXT           rows whose name contains the text
  --output=PREFIX       write PREFIX.txt and PREFIX.csv
  --seconds=NUMBER      for each contender and size
  --repetitions=NUMBER  of which the median is taken
)";

options parse(int argc, char** argv) {
    options o;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const auto value = [&](const std::string& name) { return argument.substr(name.size()); };
        if (argument == "--short")
            o.seconds = 0.006, o.repetitions = 3;
        else if (argument == "--check")
            o.check_only = true;
        else if (argument.starts_with("--only="))
            o.only = value("--only=");
        else if (argument.starts_with("--output="))
            o.output = value("--output=");
        else if (argument.starts_with("--seconds="))
            o.seconds = std::stod(value("--seconds="));
        else if (argument.starts_with("--repetitions="))
            o.repetitions = std::stoi(value("--repetitions="));
        else
            throw std::invalid_argument("unknown argument " + argument + usage);
    }
    return o;
}

/// One thread that stays where it is: the last processor this process may use, as the first serves most
/// interrupts.
int pin_to_one_processor() {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
    for (int processor = CPU_SETSIZE - 1; processor >= 0; --processor) {
        if (!CPU_ISSET(processor, &allowed)) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(processor, &one);
        return sched_setaffinity(0, sizeof one, &one) == 0 ? processor : -1;
    }
    return -1;
}

std::string processor_model() {
    std::ifstream file("/proc/cpuinfo");
    std::map<std::string, std::string> fields;
    for (std::string line; std::getline(file, line) && !line.empty();)
        if (const auto colon = line.find(':'); colon != std::string::npos && colon + 2 <= line.size())
            fields[line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1)] = line.substr(colon + 2);
    return fields["model name"] + ", family " + fields["cpu family"] + " model " + fields["model"];
}

/// Of the vectors this program is compiled for. Where BLAS's kernels are made for narrower ones, as the name
/// of a newer processor may be unknown to it, that explains what the table says.
#if defined(__AVX512F__)
constexpr int vector_bits = 512;
#elif defined(__AVX__)
constexpr int vector_bits = 256;
#else
constexpr int vector_bits = 128;
#endif

template <class T>
double relative_error(const storage<T>& mine, const storage<T>& reference) {
    if (mine.size() != reference.size()) return HUGE_VAL;
    double error = 0, size = 0;
    for (std::size_t i = 0; i < mine.size(); ++i) {
        const double difference = double(mine[i]) - double(reference[i]);
        if (!std::isfinite(difference)) return HUGE_VAL;
        error += difference * difference;
        size += double(reference[i]) * double(reference[i]);
    }
    return std::sqrt(error) / std::max(std::sqrt(size), 1e-300);
}

template <class Workload>
double relative_error(const typename Workload::results& mine, const typename Workload::results& reference) {
    const double size = std::max(std::abs(double(reference.value)), 1e-300);
    double worst = std::abs(double(mine.value) - double(reference.value)) / size;
    if (!std::isfinite(worst)) return HUGE_VAL;
    const auto a = mine.gradients(), b = reference.gradients();
    for (std::size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, relative_error(a[i], b[i]));
    return worst;
}

/// What the table is made of: median nanoseconds by row and contender, rows and contenders in order of
/// appearance.
struct measurements {
    struct row {
        std::string workload, size;
        std::size_t work; // entries of the gradient: the abscissa of a plot
        std::map<std::string, double> nanoseconds;
        std::string label() const { return workload + " " + size; }
    };
    std::vector<row> rows;
    std::vector<std::string> contenders;
};

/// Collects the repetitions instead of printing them.
class collector : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs)
            if (run.run_type == Run::RT_Iteration && !run.error_occurred)
                times_[run.run_name.function_name].push_back(run.GetAdjustedRealTime());
    }
    double median(const std::string& name) const {
        const auto found = times_.find(name);
        if (found == times_.end() || found->second.empty())
            throw std::logic_error("nothing was measured for " + name);
        std::vector<double> times = found->second;
        std::sort(times.begin(), times.end());
        const std::size_t middle = times.size() / 2;
        return times.size() % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
    }

private:
    std::map<std::string, std::vector<double>> times_;
};

class comparison {
public:
    explicit comparison(const options& o) : options_(o) {}

    /// Makes every contender of every size of the workload and compares its results with the first one's.
    template <class Workload>
    void prepare(const std::vector<entry<Workload>>& entries) {
        const double tolerance = is_double ? 1e-9 : 1e-3;
        for (const auto& size : Workload::sizes()) {
            const auto workload = std::make_shared<const Workload>(size);
            measurements::row row{Workload::name, workload->label(), 0, {}};
            if (row.label().find(options_.only) == std::string::npos) continue;

            typename Workload::results reference;
            std::string reference_name;
            for (const auto& e : entries) {
                const std::unique_ptr<contender<Workload>> made = e.make(*workload);
                if (!made) continue;
                // Twice: what the first call leaves behind must not show in the results of the second.
                made->repeat(2);
                const auto results = made->collect();
                if (reference_name.empty()) {
                    reference = results;
                    reference_name = e.contender_name;
                    for (const auto& gradient : results.gradients())
                        row.work += gradient.size();
                }
                const double error = relative_error<Workload>(results, reference);
                if (!(error <= tolerance)) {
                    std::printf("%-32s %-16s differs from %s by %.2g\n", row.label().c_str(),
                                e.contender_name, reference_name.c_str(), error);
                    agree_ = false;
                }
                if (e.storage == memory::kept) {
                    const std::size_t before = allocations;
                    made->repeat(2);
                    if (const std::size_t taken = allocations - before; taken != 0) {
                        std::printf("%-32s %-16s allocates: %zu times in two calls\n", row.label().c_str(),
                                    e.contender_name, taken);
                        agree_ = false;
                    }
                }
                worst_ = std::max(worst_, error);
                ++compared_;
                add(row.label() + "/" + e.contender_name, workload, e.make, time_of_one(*made));
                if (std::find(table_.contenders.begin(), table_.contenders.end(), e.contender_name) ==
                    table_.contenders.end())
                    table_.contenders.push_back(e.contender_name);
                row.nanoseconds[e.contender_name] = 0;
            }
            table_.rows.push_back(row);
        }
    }

    bool agree() const { return agree_; }
    std::string agreement() const {
        std::ostringstream text;
        text << compared_ << " results compared, largest relative difference " << worst_;
        return text.str();
    }

    const measurements& run() {
        collector collected;
        benchmark::RunSpecifiedBenchmarks(&collected);
        for (auto& row : table_.rows)
            for (auto& [name, nanoseconds] : row.nanoseconds)
                nanoseconds = collected.median(row.label() + "/" + name);
        return table_;
    }

private:
    template <class Workload>
    static double time_of_one(contender<Workload>& made) {
        using clock = std::chrono::steady_clock;
        const auto start = clock::now();
        made.repeat(1);
        return std::chrono::duration<double>(clock::now() - start).count();
    }

    template <class Workload, class Make>
    void add(const std::string& name, std::shared_ptr<const Workload> workload, Make make, double time) {
        // Calls of a few nanoseconds are timed in batches of some microseconds.
        const auto together = static_cast<std::size_t>(std::clamp(4e-6 / time, 1.0, 200.0));
        benchmark::RegisterBenchmark(
            name.c_str(),
            [workload, make, together](benchmark::State& state) {
                places_vary = true;
                const auto made = make(*workload);
                places_vary = false;
                made->repeat(together);
                while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(together)))
                    made->repeat(together);
            })
            ->Repetitions(options_.repetitions)
            ->MinTime(options_.seconds / options_.repetitions)
            ->Unit(benchmark::kNanosecond);
    }

    options options_;
    measurements table_;
    bool agree_ = true;
    double worst_ = 0;
    int compared_ = 0;
};

std::string format(const char* pattern, double number) {
    char text[64];
    std::snprintf(text, sizeof text, pattern, number);
    return text;
}

/// Nanoseconds of the reference, and the other contenders' times over the reference's.
std::string as_text(const measurements& table) {
    const std::string& reference = table.contenders.front();
    std::ostringstream text;
    const auto cell = [&](const std::string& entry, int width) {
        text << std::string(std::max<int>(1, width - int(entry.size())), ' ') << entry;
    };
    const auto width = [](const std::string& name) { return std::max<int>(9, int(name.size()) + 2); };
    text << std::string(32, ' ');
    cell(reference + ", ns", 14);
    for (std::size_t i = 1; i < table.contenders.size(); ++i)
        cell(table.contenders[i], width(table.contenders[i]));
    text << '\n';
    for (const auto& row : table.rows) {
        text << row.label() << std::string(32 - row.label().size(), ' ');
        const double unit = row.nanoseconds.at(reference);
        cell(format(unit < 100 ? "%.1f" : "%.0f", unit), 14);
        for (std::size_t i = 1; i < table.contenders.size(); ++i) {
            const auto found = row.nanoseconds.find(table.contenders[i]);
            cell(found == row.nanoseconds.end() ? "-" : format("%.2f", found->second / unit),
                 width(table.contenders[i]));
        }
        text << '\n';
    }
    return text.str();
}

/// Nanoseconds of every contender, a column each; empty where a contender has nothing for the size.
std::string as_csv(const measurements& table) {
    std::ostringstream text;
    text << "workload,size,gradient_entries";
    for (const auto& name : table.contenders)
        text << ',' << name;
    text << '\n';
    for (const auto& row : table.rows) {
        text << row.workload << ',' << row.size << ',' << row.work;
        for (const auto& name : table.contenders) {
            const auto found = row.nanoseconds.find(name);
            text << ',' << (found == row.nanoseconds.end() ? "" : format("%.2f", found->second));
        }
        text << '\n';
    }
    return text.str();
}

int compare(const registry& r, const options& o, const std::string& conditions) {
    comparison compared(o);
    compared.prepare(r.autoencoders);
    compared.prepare(r.gaussian_processes);
    compared.prepare(r.swish_nets);
    compared.prepare(r.product_sums);
    if (!compared.agree()) return EXIT_FAILURE;
    if (o.check_only) {
        std::printf("%s\n", compared.agreement().c_str());
        return EXIT_SUCCESS;
    }
    const measurements& table = compared.run();
    if (table.rows.empty()) throw std::invalid_argument("no row has a name that contains " + o.only);
    const std::string text = conditions + compared.agreement() + "\n\n" + as_text(table);
    std::fputs(text.c_str(), stdout);
    if (!o.output.empty()) {
        std::ofstream(o.output + ".txt") << text;
        std::ofstream(o.output + ".csv") << as_csv(table);
    }
    return EXIT_SUCCESS;
}

int run(int argc, char** argv) {
    const options o = parse(argc, argv);
    const int processor = pin_to_one_processor();
    if (openblas_set_num_threads) openblas_set_num_threads(1);

    std::ostringstream conditions;
    conditions << "value and gradient of each call, " << (is_double ? "double" : "single")
               << " precision, median of " << o.repetitions << " repetitions in random order\n"
               << "processor  " << processor_model() << "; one thread, pinned to processor " << processor
               << "\n"
               << "BLAS       " << (openblas_get_config ? openblas_get_config() : "not OpenBLAS")
               << "; kernels for " << (openblas_get_corename ? openblas_get_corename() : "unknown") << "\n"
               << "compiler   " << BENCH_COMPILER << " " << BENCH_FLAGS << "; vectors of " << vector_bits
               << " bits\n";

    std::string name = argv[0], interleaved = "--benchmark_enable_random_interleaving=true";
    std::vector<char*> arguments{name.data(), interleaved.data()};
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());

    // The first one is the reference to which the others are compared.
    registry r;
    for (const auto add : {add_ours, add_ours_fixed, add_limit, add_blas, add_tape, add_eigen_fixed,
                           add_eigen_tuned, add_eigen, add_xtensor, add_torch, add_adol_c})
        if (add) add(r);
    return compare(r, o, conditions.str());
}

} // namespace
} // namespace bench

int main(int argc, char** argv) {
    try {
        if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
            std::fputs(bench::usage, stdout);
            return EXIT_SUCCESS;
        }
        return bench::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_run: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
