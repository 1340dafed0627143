// Holds a training between two updates.
#include "trawl/train/trainer_state.hpp"

#include <algorithm>
#include <span>

#include "trawl/base/error.hpp"
#include "trawl/train/trainer.hpp"

namespace trawl {
namespace {

void check_size(const char* what, std::size_t found, std::size_t expected) {
  if (found == expected) return;
  throw DataError(fmt::format("it has {} {}, the training has {}", found, what, expected));
}

void check_between(const char* what, std::int64_t found, std::int64_t lowest, std::int64_t highest) {
  if (found >= lowest && found <= highest) return;
  throw DataError(fmt::format("its {} is {}, which is not from {} to {}", what, found, lowest, highest));
}

std::vector<float> copy_of(const float* values, std::int64_t n) { return {values, values + n}; }

}  // namespace

TrainerState Trainer::state() const {
  TrainerState state{position_,
                     copy_of(network_.parameters(0), network_.n_parameters()),
                     copy_of(network_.moving_statistics(0), network_.n_moving_statistics()),
                     {},
                     {}};
  if (position_.row > 0) state.position.dropout_words = dropout_stream_.position();
  const OptimizerMemory<float> memory = optimizer_->memory();
  for (const std::span<float> array : memory.arrays) {
    state.optimizer_arrays.emplace_back(array.begin(), array.end());
  }
  state.optimizer_numbers.assign(memory.numbers.begin(), memory.numbers.end());
  return state;
}

void Trainer::check_fits(const TrainingPosition& position) const {
  check_between("epoch", position.epoch, 0, training_.epochs);
  check_between("row", position.row, 0, train_.rows);
  const bool is_end = position.row == train_.rows;
  const std::int64_t whole = is_end ? batches_.count : position.row / batches_.rows;
  if (!is_end && (position.row % batches_.rows != 0 || whole >= batches_.count)) {
    throw DataError(fmt::format("row {} is no end of a mini-batch of {}", position.row, batches_.rows));
  }
  const std::int64_t update = position.epoch * batches_.count + whole;
  check_between("update", position.update, update, update);
  check_between("number of correct rows", position.sums.correct, 0, position.row);
}

void Trainer::check_fits(const TrainerState& state) const {
  check_fits(state.position);
  check_size("parameters", state.parameters.size(), static_cast<std::size_t>(network_.n_parameters()));
  check_size("moving statistics", state.moving_statistics.size(),
             static_cast<std::size_t>(network_.n_moving_statistics()));
  const OptimizerMemory<float> memory = optimizer_->memory();
  check_size("arrays of the optimizer", state.optimizer_arrays.size(), memory.arrays.size());
  for (std::size_t i = 0; i < memory.arrays.size(); ++i) {
    check_size("values in an array of the optimizer", state.optimizer_arrays[i].size(),
               memory.arrays[i].size());
  }
  check_size("numbers of the optimizer", state.optimizer_numbers.size(), memory.numbers.size());
}

void Trainer::restore(const TrainerState& state) {
  check_fits(state);
  std::copy(state.parameters.begin(), state.parameters.end(), network_.parameters(0));
  std::copy(state.moving_statistics.begin(), state.moving_statistics.end(), network_.moving_statistics(0));
  const OptimizerMemory<float> memory = optimizer_->memory();
  for (std::size_t i = 0; i < memory.arrays.size(); ++i) {
    std::copy(state.optimizer_arrays[i].begin(), state.optimizer_arrays[i].end(), memory.arrays[i].begin());
  }
  std::copy(state.optimizer_numbers.begin(), state.optimizer_numbers.end(), memory.numbers.begin());
  position_ = state.position;
  if (position_.row == 0) return;
  prepare_epoch();
  dropout_stream_.seek(position_.dropout_words);
}

}  // namespace trawl
