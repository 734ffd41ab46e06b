// SPDX-License-Identifier: BSL-1.0
// The leaves that the examples of docstrings are written of. All matrices are n x n and all columns n x 1, so that they fit
// together in any way.
#pragma once

#include <ctgrad/ctgrad.hpp>

#include <cassert>
#include <cmath>

using namespace ctgrad;

// Expressions have no state: a variable of the type is the leaf.
template <ctgrad::detail::name Name>
using square_matrix = const decltype(matrix<Name, "n", "n">);
template <ctgrad::detail::name Name>
using column = const decltype(vector<Name, "n">);

constexpr square_matrix<"A"> A; constexpr square_matrix<"B"> B; constexpr square_matrix<"C"> C;
constexpr square_matrix<"D"> D; constexpr square_matrix<"G"> G; constexpr square_matrix<"H"> H;
constexpr square_matrix<"K"> K; constexpr square_matrix<"L"> L; constexpr square_matrix<"M"> M;
constexpr square_matrix<"P"> P; constexpr square_matrix<"Q"> Q; constexpr square_matrix<"R"> R;
constexpr square_matrix<"S"> S; constexpr square_matrix<"T"> T; constexpr square_matrix<"U"> U;
constexpr square_matrix<"V"> V; constexpr square_matrix<"W"> W; constexpr square_matrix<"X"> X;
constexpr square_matrix<"Y"> Y; constexpr square_matrix<"Z"> Z; constexpr square_matrix<"mask"> mask;
constexpr square_matrix<"distances"> distances;

constexpr column<"a"> a; constexpr column<"b"> b; constexpr column<"c"> c; constexpr column<"d"> d;
constexpr column<"h"> h; constexpr column<"h0"> h0; constexpr column<"k"> k; constexpr column<"p"> p;
constexpr column<"r"> r; constexpr column<"t"> t; constexpr column<"u"> u; constexpr column<"v"> v;
constexpr column<"w"> w; constexpr column<"x"> x; constexpr column<"y"> y; constexpr column<"z"> z;
constexpr column<"dx"> dx; constexpr column<"alpha"> alpha; constexpr column<"angle"> angle;
constexpr column<"target"> target; constexpr column<"variance"> variance; constexpr column<"distance"> distance;
constexpr column<"d_near"> d_near; constexpr column<"d_far"> d_far; constexpr column<"margins"> margins;
constexpr column<"low"> low; constexpr column<"high"> high; constexpr column<"increments"> increments;
constexpr column<"scores"> scores;

constexpr auto lambda = scalar<"lambda">;
constexpr auto omega = scalar<"omega">;
constexpr auto scale = scalar<"scale">;
constexpr auto margin = scalar<"margin">;
constexpr auto loss = 0.5_c * squared_norm(W * x - y);
constexpr auto labels = indices<"labels", "n">;

// What the leaves are bound to.
inline const xt::xtensor<double, 2> weights = xt::ones<double>({3, 3});
inline const xt::xtensor<double, 1> bias = xt::ones<double>({3}), sample = bias;
