// Declares the columns of the perceptron's learning curves.
#include "trawl/train/perceptron_metrics.hpp"

#include <vector>

namespace trawl {
namespace {

struct MetricRow {
  MetricColumn column;
  double (*value)(const EpochMeasures& epoch);
};

double per_row(double sum, const EpochMeasures& epoch) { return sum / static_cast<double>(epoch.train_rows); }

const std::vector<MetricRow>& metric_rows() {
  using Epoch = EpochMeasures;
  static const std::vector<MetricRow> kRows = {
      {{"train_loss", "nat", "train_cross_entropy + l2 penalty", {}},
       [](const Epoch& e) { return per_row(e.training.cross_entropy + e.training.penalty, e); }},
      {{"train_cross_entropy", "nat", "mean over the training rows, as they were trained", {}},
       [](const Epoch& e) { return per_row(e.training.cross_entropy, e); }},
      {{"train_accuracy", "1", "share of training rows, as they were trained", {}},
       [](const Epoch& e) { return per_row(static_cast<double>(e.training.correct), e); }},
      {{"val_loss", "nat", "val_cross_entropy + l2 penalty", Direction::minimize},
       [](const Epoch& e) { return e.validation.loss; }},
      {{"val_cross_entropy", "nat", "mean over the validation rows after the epoch", Direction::minimize},
       [](const Epoch& e) { return e.validation.cross_entropy; }},
      {{"val_accuracy", "1", "share of validation rows after the epoch", Direction::maximize},
       [](const Epoch& e) { return e.validation.accuracy; }},
      {{"learning_rate", "1", "of the epoch's last update", {}},
       [](const Epoch& e) { return e.learning_rate; }},
  };
  return kRows;
}

MetricTable make_metrics() {
  std::vector<MetricColumn> columns;
  for (const MetricRow& row : metric_rows()) columns.push_back(row.column);
  return columns;
}

}  // namespace

const MetricTable& perceptron_metrics() {
  static const MetricTable kTable = make_metrics();
  return kTable;
}

MetricValues perceptron_values(const EpochMeasures& epoch) {
  MetricValues values(metric_rows().size());
  for (std::size_t place = 0; place < values.size(); ++place)
    values[place] = metric_rows()[place].value(epoch);
  return values;
}

}  // namespace trawl
