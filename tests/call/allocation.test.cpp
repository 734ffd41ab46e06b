// SPDX-License-Identifier: BSL-1.0
// After the first call with given sizes, a call with `into` allocates nothing.
#include "support/catch.hpp"
#include "support/compare.hpp"
#include "support/random_operands.hpp"

#include <xtensor/xview.hpp>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

namespace {

std::atomic<long> allocations = 0;

void* counted_allocation(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
    ++allocations;
    // aligned_alloc asks for a multiple of the alignment.
    if (void* memory = std::aligned_alloc(alignment, (size / alignment + 1) * alignment)) return memory;
    throw std::bad_alloc{};
}

} // namespace

// GCC sees new and free meet where it inlines delete but not new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

// All forms, since AddressSanitizer has its own of those left out.
void* operator new(std::size_t size) {
    return counted_allocation(size);
}
void* operator new[](std::size_t size) {
    return counted_allocation(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted_allocation(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return counted_allocation(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    ++allocations;
    return std::malloc(size);
}
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace {

using namespace ctgrad;
using reference::column_container, reference::container, reference::dense, reference::random_operands;

template <class Call>
long allocations_of(Call call) {
    long const before = allocations;
    call();
    return allocations - before;
}

TEST_CASE("the counter counts", "[call]") {
    CHECK(allocations_of([] { ::operator delete(::operator new(8)); }) == 1);
    CHECK(allocations_of([] { ::operator delete[](::operator new[](24)); }) == 1);
    CHECK(allocations_of([] { container<double>(dense(3, 3)); }) > 0);
}

TEMPLATE_TEST_CASE("the tied autoencoder allocates nothing after the first call", "[call]", float, double) {
    using T = TestType;
    constexpr auto W = matrix<"W", "m", "n">;
    constexpr auto X = matrix<"X", "n", "batch">;
    constexpr auto loss = 0.5_c * squared_norm(swish(transpose(W) * swish(W * X)) - X);
    auto f = compile(loss, grad(loss, W));
    random_operands random(241);
    T value = 0;
    xt::xtensor<T, 2> dW;
    auto call = [&](xt::xtensor<T, 2> const& w, xt::xtensor<T, 2> const& samples) {
        return allocations_of([&] { f(W = w, X = samples, into(value, dW)); });
    };
    auto const w = container<T>(random.matrix(16, 64)), samples = container<T>(random.matrix(64, 20));
    call(w, samples);
    CHECK(call(w, samples) == 0);
    CHECK(call(w, samples) == 0);

    // Other sizes may follow; what fits into the workspace of earlier ones needs no more.
    auto const wider = container<T>(random.matrix(32, 80)),
               more_samples = container<T>(random.matrix(80, 50));
    call(wider, more_samples);
    CHECK(call(wider, more_samples) == 0);
    call(w, samples);
    CHECK(call(w, samples) == 0);
}

TEST_CASE("factorisations, strided operands and strided targets allocate nothing after the first call",
          "[call]") {
    constexpr auto X = matrix<"X", "N", "q">;
    constexpr auto Y = matrix<"Y", "N", "D">;
    constexpr auto A = matrix<"A", "N", "N">;
    constexpr auto beta = scalar<"beta", positive>;
    constexpr auto K = X * transpose(X) + identity<"N"> / beta;
    constexpr auto loss = -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y)) +
                          trace(inverse(A) * X * transpose(X));
    auto f = compile(loss, grad(loss, X, beta, Y, A));
    random_operands random(242);
    auto const points = container<double>(random.matrix(20, 4)),
               data = container<double>(random.matrix(20, 5));
    xt::xtensor<double, 2, xt::layout_type::column_major> const column_major =
        container<double>(random.well_conditioned(20));
    double value = 0, dbeta = 0;
    auto frame = xt::xtensor<double, 2>::from_shape({20, 9});
    xt::xtensor<double, 2> dY, dA;
    auto call = [&] {
        return allocations_of([&] {
            f(X = xt::view(points, xt::all(), xt::range(0, 4, 2)), Y = data, A = column_major, beta = 2,
              into(value, xt::view(frame, xt::all(), xt::range(1, 3)), dbeta, dY, dA));
        });
    };
    call();
    CHECK(call() == 0);
    CHECK(call() == 0);
}

TEST_CASE("determinants, Cholesky factors and declared structures allocate nothing after the first call", "[call]") {
    constexpr auto A = matrix<"A", "n", "n">;
    constexpr auto P = matrix<"P", "n", "n", spd>;
    constexpr auto L = matrix<"L", "n", "n", lower_triangular>;
    constexpr auto D = matrix<"D", "n", "n", diagonal_matrix>;
    constexpr auto loss = det(A) + sum(cholesky(P)) + logdet(L) + sum(inverse(L)) + logdet(D);
    auto f = compile(loss, grad(loss, A, P, L, D));
    random_operands random(244);
    auto const singular = container<double>(dense(6, 6, 1)), definite = container<double>(random.symmetric_positive_definite(6)),
               regular = container<double>(random.well_conditioned(6));
    double value = 0;
    xt::xtensor<double, 2> dA, dP, dL, dD;
    auto call = [&](auto const& a) {
        return allocations_of([&] { f(A = a, P = definite, L = regular, D = regular, into(value, dA, dP, dL, dD)); });
    };
    call(regular);
    CHECK(call(regular) == 0);
    CHECK(call(singular) == 0);
}

TEST_CASE("parts, assemblies, gathers and updates in place allocate nothing after the first call", "[call]") {
    constexpr auto E = matrix<"E", "d", "words">;
    constexpr auto W = matrix<"W", 4, "d+1">;
    constexpr auto words = indices<"y", "k">;
    constexpr auto labels = indices<"labels", "k">;
    constexpr auto Z = W * vertical(columns(E, words), ones<1, "k">);
    constexpr auto loss = softmax_cross_entropy(vertical(rows<0, 2>(Z), tanh(rows<2, 2>(Z))), labels);
    auto f = compile(loss, W - 0.125_c * grad(loss, W), grad(loss, E));
    random_operands random(244);
    auto e = container<double>(random.matrix(3, 7)), w = container<double>(random.matrix(4, 4));
    std::vector<int> const text = {6, 0, 6, 2, 1}, classes = {3, 0, 1, 1, 2};
    double value = 0, before = 0;
    xt::xtensor<double, 2> dE;
    auto call = [&] { f(E = e, W = w, words = text, labels = classes, into(value, w, dE)); };
    call();
    before = value;
    CHECK(allocations_of(call) == 0);
    CHECK(value < before);
}

TEST_CASE("a function of fixed extents allocates nothing after the first call", "[call]") {
    constexpr auto W = matrix<"W", 4, 8>;
    constexpr auto x = vector<"x", 8>;
    constexpr auto loss =
        softmax_cross_entropy(W * x, softmax(W * x)) + 0.5_c * squared_norm(transpose(W) * W * x - x);
    auto f = compile(loss, grad(loss, W, x));
    random_operands random(243);
    auto const w = container<double>(random.matrix(4, 8));
    auto const sample = column_container<double>(random.column(8));
    double value = 0;
    xt::xtensor_fixed<double, xt::xshape<4, 8>> dW;
    xt::xtensor_fixed<double, xt::xshape<8>> dx;
    auto call = [&] { return allocations_of([&] { f(W = w, x = sample, into(value, dW, dx)); }); };
    call();
    CHECK(call() == 0);
    // Results of fixed shape live on the stack.
    CHECK(allocations_of([&] { f(W = w, x = sample); }) == 0);
}

} // namespace
