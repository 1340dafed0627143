// Changes weights by their gradient: what all optimizers have in common.
#include "trawl/nn/optimizer.hpp"

#include "trawl/base/error.hpp"
#include "trawl/nn/adam.hpp"
#include "trawl/nn/momentum.hpp"
#include "trawl/nn/nesterov.hpp"
#include "trawl/nn/rmsprop.hpp"
#include "trawl/nn/sgd.hpp"

namespace trawl {

template <class Scalar>
std::unique_ptr<Optimizer<Scalar>> make_optimizer(const OptimizerSettings& settings,
                                                  std::int64_t n_parameters) {
  const OptimizerSettings& s = settings;
  switch (s.kind) {
    case OptimizerKind::sgd: return std::make_unique<Sgd<Scalar>>();
    case OptimizerKind::momentum: return std::make_unique<Momentum<Scalar>>(s.momentum, n_parameters);
    case OptimizerKind::nesterov: return std::make_unique<Nesterov<Scalar>>(s.momentum, n_parameters);
    case OptimizerKind::rmsprop: return std::make_unique<RmsProp<Scalar>>(s.rho, s.epsilon, n_parameters);
    case OptimizerKind::adam:
      return std::make_unique<Adam<Scalar>>(s.beta_1, s.beta_2, s.epsilon, n_parameters);
  }
  TRAWL_CHECK(false, "optimizer {}", static_cast<int>(s.kind));
  return nullptr;
}

template std::unique_ptr<Optimizer<float>> make_optimizer(const OptimizerSettings&, std::int64_t);
template std::unique_ptr<Optimizer<double>> make_optimizer(const OptimizerSettings&, std::int64_t);

}  // namespace trawl
