// SPDX-License-Identifier: Apache-2.0
//
// See coverage.h.

#include "sim/coverage.h"

#if VM_COVERAGE

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <unordered_map>

#include "verilated.h"
#include "verilated_cov.h"

namespace persimmon {
namespace {

class Sum {
 public:
  Sum() {
    if (const char* folder = std::getenv("PERSIMMON_COVERAGE")) folder_ = folder;
  }

  ~Sum() {
    if (points_.empty()) return;
    std::ofstream file(folder_ / (std::to_string(getpid()) + ".dat"));
    file << "# SystemC::Coverage-3\n";
    for (const auto& [point, count] : points_) file << point << ' ' << count << '\n';
    if (!file.flush()) std::perror("PERSIMMON_COVERAGE cannot be written");
  }

  void add(VerilatedCovContext& counted) {
    if (folder_.empty()) return;
    const std::lock_guard lock(mutex_);
    // Verilator hands its counts over as a file only.
    const std::filesystem::path path = folder_ / (std::to_string(getpid()) + ".tmp");
    counted.write(path.c_str());
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      const std::size_t end = line.rfind(' ');
      if (line.empty() || line[0] != 'C' || end == std::string::npos) continue;
      points_[line.substr(0, end)] += std::strtoull(line.c_str() + end, nullptr, 10);
    }
    file.close();
    std::filesystem::remove(path);
  }

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  // By what stands before the count in a line.
  std::unordered_map<std::string, std::uint64_t> points_;
};

Sum& sum() {
  static Sum sum;
  return sum;
}

}  // namespace

void add_coverage(VerilatedCovContext& counted) noexcept {
  try {
    sum().add(counted);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "coverage is lost: %s\n", error.what());
  }
}

}  // namespace persimmon

#endif
