// Computes logarithms and normal shares with the same bits on every CPU.
#include "trawl/search/portable_math.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace trawl::portable {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// ln 2 in two parts, of which the first times a whole number below 2^20 is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kLog2E = 0x1.71547652b82fep+0;
constexpr double kSqrtHalf = 0x1.6a09e667f3bcdp-1;
constexpr double kSqrtOfInversePi = 0.56418958354775628695;

/// Of a polynomial, the constant first.
template <std::size_t n>
double polynomial(const std::array<double, n>& coefficients, double x) {
  double sum = coefficients[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

/// e^(-y^2), without the rounding of y^2: Cody splits y at a multiple of 1/16.
double exp_of_minus_square(double y) {
  const double head = std::floor(y * 16.0) / 16.0;
  return exp(-head * head) * exp(-(y - head) * (y + head));
}

constexpr double kErfSmall = 0.46875;
constexpr std::array<double, 5> kErfTop = {3.20937758913846947e03, 3.77485237685302021e02,
                                           1.13864154151050156e02, 3.16112374387056560e00,
                                           1.85777706184603153e-1};
constexpr std::array<double, 5> kErfBottom = {2.84423683343917062e03, 1.28261652607737228e03,
                                              2.44024637934444173e02, 2.36012909523441209e01, 1.0};
constexpr std::array<double, 9> kErfcTop = {
    1.23033935479799725e03, 2.05107837782607147e03, 1.71204761263407058e03,
    8.81952221241769090e02, 2.98635138197400131e02, 6.61191906371416295e01,
    8.88314979438837594e00, 5.64188496988670089e-1, 2.15311535474403846e-8};
constexpr std::array<double, 9> kErfcBottom = {
    1.23033935480374942e03, 3.43936767414372164e03, 4.36261909014324716e03,
    3.29079923573345963e03, 1.62138957456669019e03, 5.37181101862009858e02,
    1.17693950891312499e02, 1.57449261107098347e01, 1.0};
constexpr std::array<double, 6> kFarTop = {6.58749161529837803e-4, 1.60837851487422766e-2,
                                           1.25781726111229246e-1, 3.60344899949804439e-1,
                                           3.05326634961232344e-1, 1.63153871373020978e-2};
constexpr std::array<double, 6> kFarBottom = {2.33520497626869185e-3, 6.05183413124413191e-2,
                                              5.27905102951428412e-1, 1.87295284992346725e00,
                                              2.56852019228982242e00, 1.0};

/// 1 - erf(y), y >= 0.
double erfc(double y) {
  if (y <= kErfSmall) {
    const double square = y * y;
    return 1.0 - y * polynomial(kErfTop, square) / polynomial(kErfBottom, square);
  }
  if (y <= 4.0) return exp_of_minus_square(y) * polynomial(kErfcTop, y) / polynomial(kErfcBottom, y);
  if (y > 27.3) return 0.0;
  const double inverse = 1.0 / (y * y);
  const double rest = inverse * polynomial(kFarTop, inverse) / polynomial(kFarBottom, inverse);
  return exp_of_minus_square(y) * (kSqrtOfInversePi - rest) / y;
}

constexpr std::array<double, 8> kMiddleTop = {
    3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
    4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr std::array<double, 8> kMiddleBottom = {1.0,
                                                 4.2313330701600911252e+1,
                                                 6.8718700749205790830e+2,
                                                 5.3941960214247511077e+3,
                                                 2.1213794301586595867e+4,
                                                 3.9307895800092710610e+4,
                                                 2.8729085735721942674e+4,
                                                 5.2264952788528545610e+3};
constexpr std::array<double, 8> kNearTop = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                            5.76949722146069140550e0,  3.64784832476320460504e0,
                                            1.27045825245236838258e0,  2.41780725177450611770e-1,
                                            2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array<double, 8> kNearBottom = {1.0,
                                               2.05319162663775882187e0,
                                               1.67638483018380384940e0,
                                               6.89767334985100004550e-1,
                                               1.48103976427480074590e-1,
                                               1.51986665636164571966e-2,
                                               5.47593808499534494600e-4,
                                               1.05075007164441684324e-9};
constexpr std::array<double, 8> kTailTop = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                            1.78482653991729133580e0,  2.96560571828504891230e-1,
                                            2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                            2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array<double, 8> kTailBottom = {1.0,
                                               5.99832206555887937690e-1,
                                               1.36929880922735805310e-1,
                                               1.48753612908506148525e-2,
                                               7.86869131145613259100e-4,
                                               1.84631831751005468180e-5,
                                               1.42151175831644588870e-7,
                                               2.04426310338993978564e-15};

}  // namespace

double exp(double x) {
  constexpr double kMost = 709.782712893384;
  constexpr double kLeast = -745.2;
  if (std::isnan(x)) return x;
  if (x > kMost) return kInfinity;
  if (x < kLeast) return 0.0;
  const double n = std::floor(x * kLog2E + 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  constexpr int kTerms = 14;
  double sum = 1.0;
  for (int i = kTerms; i >= 1; --i) sum = 1.0 + r / i * sum;
  return std::ldexp(sum, static_cast<int>(n));
}

double log(double x) {
  if (std::isnan(x) || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0.0) return -kInfinity;
  if (x == kInfinity) return x;
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < kSqrtHalf) {
    m *= 2.0;
    --exponent;
  }
  // log m = 2 artanh(s), by its series.
  const double s = (m - 1.0) / (m + 1.0);
  const double square = s * s;
  constexpr int kLast = 25;
  double sum = 0.0;
  for (int i = kLast; i >= 3; i -= 2) sum = square * (1.0 / i + sum);
  return exponent * kLn2High + (2.0 * (s + s * sum) + exponent * kLn2Low);
}

double normal_below(double x) {
  if (std::isnan(x)) return x;
  const double y = std::fabs(x) * kSqrtHalf;
  const double tail = 0.5 * erfc(y);
  return x < 0.0 ? tail : 1.0 - tail;
}

double normal_between(double low, double high) {
  if (low > 0.0) return normal_below(-low) - normal_below(-high);
  return normal_below(high) - normal_below(low);
}

double normal_quantile(double share) {
  const double q = share - 0.5;
  constexpr double kMiddle = 0.425;
  if (std::fabs(q) <= kMiddle) {
    const double r = kMiddle * kMiddle - q * q;
    return q * polynomial(kMiddleTop, r) / polynomial(kMiddleBottom, r);
  }
  const double r = std::sqrt(-log(q < 0.0 ? share : 1.0 - share));
  const double size = r <= 5.0 ? polynomial(kNearTop, r - 1.6) / polynomial(kNearBottom, r - 1.6)
                               : polynomial(kTailTop, r - 5.0) / polynomial(kTailBottom, r - 5.0);
  return q < 0.0 ? -size : size;
}

}  // namespace trawl::portable
