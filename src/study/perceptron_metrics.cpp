// Declares the columns of the perceptron's learning curves.
#include "trawl/study/perceptron_metrics.hpp"

namespace trawl {

const MetricTable& perceptron_metrics() {
  static const MetricTable kTable = std::vector<MetricColumn>{
      {"train_loss", "nat", "train_cross_entropy + l2 penalty", {}},
      {"train_cross_entropy", "nat", "mean over the training rows, as they were trained", {}},
      {"train_accuracy", "1", "share of training rows, as they were trained", {}},
      {"val_loss", "nat", "val_cross_entropy + l2 penalty", Direction::minimize},
      {"val_cross_entropy", "nat", "mean over the validation rows after the epoch", Direction::minimize},
      {"val_accuracy", "1", "share of validation rows after the epoch", Direction::maximize},
      {"learning_rate", "1", "of the epoch's last update", {}}};
  return kTable;
}

}  // namespace trawl
