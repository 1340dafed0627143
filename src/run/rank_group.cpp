// Lets ranks start together, and fail together.
#include "trawl/run/rank_group.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

int number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);
}

struct Launch {
  int n_processes = 0;
  const char* advice = "";
  bool speaks = true;
};

// What the launcher says. Before MPI starts, which changes the environment.
Launch find_launch() {
  Launch launch;
  launch.speaks = speaks_for_all();
  if (number_in("OMPI_COMM_WORLD_SIZE") == 0) {  // else Slurm started mpirun's daemons
    launch.n_processes = number_in("SLURM_STEP_NUM_TASKS");
    launch.advice =
        "Start them with `srun --mpi=pmix` (see `srun --mpi=list`), or with `mpirun` inside the allocation";
  }
  if (launch.n_processes > 1) return launch;
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PALS_NRANKS", "MV2_COMM_WORLD_SIZE"}) {
    launch.n_processes = std::max(launch.n_processes, number_in(variable));
  }
  launch.advice =
      "The launcher is that of another MPI than the one this program was built with (`trawl --version` names "
      "it): use "
      "mpirun of that one";
  return launch;
}

// Each of them would do the whole study, into one file.
void refuse_singletons(const Launch& launch, int size) {
  if (size > 1 || launch.n_processes <= 1) return;
  throw AgreedFailure(
      ExitCode::bad_input,
      fmt::format(
          "{} processes were started, but MPI connects this one with none of the others: each would run the "
          "whole study alone. {}",
          launch.n_processes, launch.advice),
      launch.speaks);
}

}  // namespace

RankGroup::RankGroup() {
  const Launch launch = find_launch();
  if (MpiSession::is_launched()) mpi_.emplace();
  refuse_singletons(launch, size());
}

std::string RankGroup::broadcast_on_node(const std::string& text) const {
  return mpi_ ? mpi_->broadcast_on_node(text) : text;
}

std::string RankGroup::broadcast(const std::string& text) const {
  return mpi_ ? mpi_->all_gather(rank() == 0 ? text : "")[0] : text;
}

void RankGroup::together(const std::function<void()>& step) const {
  std::string problem;
  try {
    step();
  } catch (const std::exception& e) {
    if (!mpi_) throw;
    problem = fmt::format("{} {}", static_cast<int>(exit_code_of(e)), e.what());
  }
  if (!mpi_) return;
  const std::vector<std::string> problems = mpi_->all_gather(problem);
  for (std::size_t i = 0; i < problems.size(); ++i) {
    if (problems[i].empty()) continue;
    const std::size_t space = problems[i].find(' ');
    const auto code = static_cast<ExitCode>(std::atoi(problems[i].c_str()));
    throw AgreedFailure(code, problems[i].substr(space + 1), static_cast<int>(i) == rank());
  }
}

void RankGroup::check_equal(const std::string& text, const std::string& what) const {
  if (!mpi_) return;
  const std::vector<std::string> texts = mpi_->all_gather(text);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] == texts[0]) continue;
    throw AgreedFailure(ExitCode::bad_input, fmt::format("rank {} has {} than rank 0", i, what), rank() == 0);
  }
}

void RankGroup::finalize() {
  if (mpi_) mpi_->finalize();
}

void RankGroup::leave(int exit_code) {
  constexpr double kPatience = 2.0;
  try {
    if (mpi_) mpi_->flush(kPatience);
  } catch (const CommError&) {
    // who should have heard it is gone
  }
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

void RankGroup::abort(ExitCode code) {
  if (mpi_ && mpi_->size() > 1) mpi_->abort(static_cast<int>(code));
}

bool speaks_for_all() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "PALS_RANKID",
                           "MV2_COMM_WORLD_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name)) return std::string_view(rank) == "0";
  }
  return true;
}

}  // namespace trawl
