// SPDX-License-Identifier: BSL-1.0
// The workloads: what goes in, what must come out, and the sizes that are measured.
// Nothing here but plain arrays, so that a contender includes no library that it does not use itself.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <new>
#include <random>
#include <string>
#include <vector>

namespace bench {

/// Storage on cache-line boundaries, with one spare cache line of zeros behind the last element: every
/// contender that manages its own memory uses it, so that none is slow, or fast, because of where its data
/// happened to lie.
template <class T>
struct aligned_allocator {
    using value_type = T;
    static constexpr std::size_t line = 64;

    aligned_allocator() = default;
    template <class U>
    constexpr aligned_allocator(const aligned_allocator<U>&) noexcept {}

    T* allocate(std::size_t count) {
        void* const memory = ::operator new (count * sizeof(T) + line, std::align_val_t{line});
        std::memset(static_cast<char*>(memory) + count * sizeof(T), 0, line);
        return static_cast<T*>(memory);
    }
    void deallocate(T* pointer, std::size_t) noexcept { ::operator delete (pointer, std::align_val_t{line}); }

    template <class U>
    bool operator==(const aligned_allocator<U>&) const noexcept {
        return true;
    }
};

template <class T>
using storage = std::vector<T, aligned_allocator<T>>;

/// Entries uniform in [-scale, scale], the same in every run.
template <class T>
storage<T> random_entries(std::size_t count, double scale, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(-scale, scale);
    storage<T> entries(count);
    for (T& entry : entries)
        entry = static_cast<T>(uniform(generator));
    return entries;
}

inline std::string batch_label(std::size_t samples) {
    return samples == 1 ? "" : " batch " + std::to_string(samples);
}

/// One half of the squared norm of W'Wx - x, summed over the samples; its gradient with respect to W.
template <class T>
struct autoencoder {
    static constexpr const char* name = "autoencoder";

    struct extents {
        std::size_t hidden, features, samples;
    };
    static std::vector<extents> sizes() {
        return {{4, 8, 1}, {16, 64, 1}, {64, 256, 1}, {256, 1024, 1}, {64, 784, 64}, {32, 784, 256}};
    }

    struct results {
        T value{};
        storage<T> dW;
        std::vector<storage<T>> gradients() const { return {dW}; }
    };

    std::size_t hidden, features, samples;
    storage<T> W; // hidden x features
    storage<T> X; // features x samples

    explicit autoencoder(extents size)
        : hidden(size.hidden), features(size.features), samples(size.samples),
          W(random_entries<T>(hidden * features, 1 / std::sqrt(double(features)), 1)),
          X(random_entries<T>(features * samples, 1, 2)) {}

    std::string label() const {
        return std::to_string(hidden) + "x" + std::to_string(features) + batch_label(samples);
    }
};

/// The log likelihood -D/2 log|K| - tr(K^-1 Y Y')/2 of a linear Gaussian-process latent-variable model,
/// K = alpha X X' + I/beta; its gradient with respect to X.
template <class T>
struct gaussian_process {
    static constexpr const char* name = "gp_lvm";

    struct extents {
        std::size_t samples, latent, outputs;
    };
    static std::vector<extents> sizes() { return {{20, 2, 5}, {100, 2, 12}, {400, 5, 12}}; }

    struct results {
        T value{};
        storage<T> dX;
        std::vector<storage<T>> gradients() const { return {dX}; }
    };

    std::size_t samples, latent, outputs;
    T alpha = T(0.8), beta = T(4);
    storage<T> X; // samples x latent
    storage<T> Y; // samples x outputs

    explicit gaussian_process(extents size)
        : samples(size.samples), latent(size.latent), outputs(size.outputs),
          X(random_entries<T>(samples * latent, 1, 3)), Y(random_entries<T>(samples * outputs, 1, 4)) {}

    std::string label() const {
        return "N=" + std::to_string(samples) + " q=" + std::to_string(latent) +
               " D=" + std::to_string(outputs);
    }
};

/// The softmax cross-entropy of W2 swish(W1 X + b1) + b2 against one-hot targets, mean over the samples
/// (columns); its gradients with respect to W1, b1, W2, b2.
template <class T>
struct swish_net {
    static constexpr const char* name = "swish_net";

    struct extents {
        std::size_t features, hidden, classes, samples;
    };
    static std::vector<extents> sizes() {
        return {{4, 5, 3, 1}, {32, 50, 7, 16}, {784, 128, 10, 64}, {3072, 100, 10, 128}};
    }

    struct results {
        T value{};
        storage<T> dW1, db1, dW2, db2;
        std::vector<storage<T>> gradients() const { return {dW1, db1, dW2, db2}; }
    };

    std::size_t features, hidden, classes, samples;
    storage<T> W1;      // hidden x features
    storage<T> b1;      // hidden
    storage<T> W2;      // classes x hidden
    storage<T> b2;      // classes
    storage<T> X;       // features x samples
    storage<T> targets; // classes x samples

    explicit swish_net(extents size)
        : features(size.features), hidden(size.hidden), classes(size.classes), samples(size.samples),
          W1(random_entries<T>(hidden * features, 2 / std::sqrt(double(features)), 5)),
          b1(random_entries<T>(hidden, 0.5, 6)),
          W2(random_entries<T>(classes * hidden, 2 / std::sqrt(double(hidden)), 7)),
          b2(random_entries<T>(classes, 0.5, 8)), X(random_entries<T>(features * samples, 1, 9)),
          targets(classes * samples, T(0)) {
        std::mt19937 generator(10);
        for (std::size_t j = 0; j < samples; ++j)
            targets[(generator() % classes) * samples + j] = T(1);
    }

    std::string label() const {
        return std::to_string(features) + "-" + std::to_string(hidden) + "-" + std::to_string(classes) +
               batch_label(samples);
    }
};

/// The sum of the entries of A B, with its gradients with respect to A and B. The product itself is not
/// needed: the value is the product of the column sums of A with the row sums of B.
template <class T>
struct product_sum {
    static constexpr const char* name = "product_sum";

    struct extents {
        std::size_t size;
    };
    static std::vector<extents> sizes() { return {{8}, {45}, {181}, {512}}; }

    struct results {
        T value{};
        storage<T> dA, dB;
        std::vector<storage<T>> gradients() const { return {dA, dB}; }
    };

    std::size_t size;
    storage<T> A, B; // size x size

    explicit product_sum(extents e)
        : size(e.size), A(random_entries<T>(size * size, 1, 11)), B(random_entries<T>(size * size, 1, 12)) {}

    std::string label() const { return std::to_string(size) + "x" + std::to_string(size); }
};

} // namespace bench
