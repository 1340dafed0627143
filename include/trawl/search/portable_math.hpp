#pragma once

/// Functions whose results have the same bits on every CPU: they are made of + - * / and sqrt alone, which
/// IEEE 754 rounds exactly, and compiled without contraction. libm picks by the CPU, and rounds otherwise.
namespace trawl::portable {

/// e^x, within 1e-15 of it; 0 and infinity beyond the range of a double.
double exp(double x);
/// The natural logarithm, within 1e-15; -infinity of 0, NaN of what is below.
double log(double x);
/// The share of the standard normal distribution below x; relative error below 2e-13, where that share is not
/// below the smallest normal number. W. J. Cody, "Rational Chebyshev approximations for the error function"
/// (1969).
double normal_below(double x);
/// The share between two numbers, low <= high, without the loss of digits where both are far out.
double normal_between(double low, double high);
/// Below which number so much of the standard normal distribution lies, 0 < share < 1; relative error about
/// 1e-15. M. J. Wichura, algorithm AS 241 (1988).
double normal_quantile(double share);

}  // namespace trawl::portable
