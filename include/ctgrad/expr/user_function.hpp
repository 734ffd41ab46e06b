// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operators.hpp"

namespace ctgrad::detail {

/// Finds what a derivative may not hold: all in it is elementwise, of the stand-ins for argument and result, and numbers.
struct derivative_check {
  digest argument, result;
  const char* problem = nullptr;
  digest seen[user_function::capacity]{};
  int count = 0;

  constexpr void visit(const source& e) {
    if (problem != nullptr || e.key == argument || e.key == result) return;
    for (int i = 0; i < count; ++i)
      if (seen[i] == e.key) return;
    if (count == user_function::capacity) problem = "the derivative is too long";
    else if (e.code == op::leaf) problem = "the derivative may have no leaves";
    else if (!is_elementwise(e.code) && !(e.code == op::number && e.extents.is_scalar())) problem = "the derivative must be elementwise";
    if (problem != nullptr) return;
    seen[count++] = e.key;
    for (int i = 0; i < e.arity; ++i) visit(*e.arguments[i]);
  }
};

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-template-friend"
#endif
/// Stands for a name, to which a function object can be attached.
template <name Name>
struct function_name {
  friend constexpr auto definition_of_function(function_name<Name>);
};
/// Stands for the number that loops know a function by.
template <std::uint64_t Code>
struct function_code {
  friend constexpr auto called_function(function_code<Code>);
};
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

template <name Name, class Definition>
inline constexpr bool is_taken = requires { definition_of_function(function_name<Name>{}); };

template <name Name, class Function>
struct function_attached {
  friend constexpr auto definition_of_function(function_name<Name>) { return Function{}; }
  friend constexpr auto called_function(function_code<user_function::code_of(Name.c_str())>) { return Function{}; }
};

template <name Name>
inline constexpr message name_taken = [] {
  message text;
  text << "elementwise: another function is called|" << Name.c_str();
  return text;
}();

template <name Name, class Function, class Derivative>
struct elementwise_function;

/// Stands for the derivative of a derivative that is no expression.
struct no_derivative {};

template <name Name>
inline constexpr name primed = [] {
  name result = Name;
  std::size_t length = 0;
  while (result.characters[length] != '\0') ++length;
  result.characters[length < name::capacity ? length : length - 1] = '\'';
  return result;
}();

/// A function of one entry with its derivative, under its name.
template <name Name, class Function, class Derivative>
struct function_definition {
  static constexpr bool has_name = !is_taken<Name, function_definition>;
  static constexpr auto attach() {
    if constexpr (has_name) return function_attached<Name, Function>{};
  }
  using attached = decltype(attach());

  // What the derivative is written of; names that no user writes.
  using argument = expr<leaf_definition<"(the argument)", &one_extent, &one_extent, structure::none>::node.key>;
  using result = expr<leaf_definition<"(the result)", &one_extent, &one_extent, structure::none>::node.key>;
  static constexpr auto derive() {
    if constexpr (std::is_same_v<Derivative, no_derivative>) return argument{};
    else if constexpr (std::is_invocable_v<Derivative, argument, result>) return Derivative{}(argument{}, result{});
    else if constexpr (std::is_invocable_v<Derivative, argument>) return Derivative{}(argument{});
    else return elementwise_function<primed<Name>, Derivative, no_derivative>{}(argument{});  // a function of numbers
  }
  using derivative = decltype(derive());

  static constexpr double at(double x) { return static_cast<double>(Function{}(x)); }

  static constexpr bool returns_expression = is_expr<derivative>;

  static constexpr user_function value = [] {
    user_function f{.name = Name.c_str(), .code = user_function::code_of(Name.c_str()), .at = &at};
    f.has_derivative = !std::is_same_v<Derivative, no_derivative>;
    f.argument = &definition(argument{});
    f.result = &definition(result{});
    f.derivative = &definition(derivative{});
    return f;
  }();

  static constexpr derivative_check checked = [] {
    derivative_check check{.argument = argument::key, .result = result::key};
    check.visit(*value.derivative);
    return check;
  }();
  static constexpr message problem = [] {
    message text;
    text << "elementwise: |" << Name.c_str() << "|: " << checked.problem;
    return text;
  }();
};

template <class Function, digest Argument>
struct call_definition {
  static constexpr const user_function& function = Function::value;
  static constexpr digest key =
      with(with(digest{static_cast<std::uint64_t>(op::call)}, function.code), Argument);
  static constexpr source node{.code = op::call,
                               .arity = 1,
                               .key = key,
                               .extents = definition(expr<Argument>{}).extents,
                               .arguments = {&definition(expr<Argument>{})},
                               .leaf_name = function.name,
                               .function = &function};
  static_assert(definition(expr<Argument>{}).array->rank == 0,
                "ctgrad: an array of rank 3 or 4 goes into sum, squared_norm, hadamard, +, - and scaling alone");
  friend constexpr const source& definition(expr<key>) { return node; }
};

/// What `elementwise` makes: of expressions an expression, of a number the number.
template <name Name, class Function, class Derivative>
struct elementwise_function {
  template <digest A>
  constexpr auto operator()(expr<A>) const {
    using definition = function_definition<Name, Function, Derivative>;
    constexpr bool makes_numbers = requires { static_cast<double>(Function{}(1.0)); };
    static_assert(makes_numbers, "ctgrad: elementwise: the function must make a number from a number");
    if constexpr (!makes_numbers)
      return expr<A>{};
    else if constexpr (!definition::has_name)
      static_assert(decltype(the_problem<name_taken<Name>>)::none, "ctgrad: one name for two functions");
    else if constexpr (!definition::returns_expression)
      static_assert(never<definition>, "ctgrad: elementwise: the derivative must return an expression; write 1_c for a number");
    else if constexpr (definition::checked.problem != nullptr)
      static_assert(decltype(the_problem<definition::problem>)::none, "ctgrad: the derivative cannot be used");
    else
      return expr<call_definition<definition, A>::key>{};
  }
  template <class T>
    requires std::is_arithmetic_v<T>
  constexpr T operator()(T x) const {
    return static_cast<T>(Function{}(x));
  }
};

}  // namespace ctgrad::detail

namespace ctgrad {

/// Adds an elementwise function with its derivative: `f` computes one entry from one number, `derivative` makes an
/// expression from an expression.
///
/// The derivative is written in the functions of this library, of the argument or of argument and result, and so has
/// derivatives itself: gradients, Jacobians and Hessians of the function work like those of any other. It may also be a
/// function of numbers, `[](double x) { ... }`: then there are first derivatives, and asking for a second one is an error
/// while compiling. Loops call `f` for each entry, with float or double; where it is constexpr, `equivalent` evaluates it
/// as well. Both are without captures. A name stands for one function in the whole program; another `f` or `derivative` under the same name is an
/// error while compiling.
///
///     inline constexpr auto mish = elementwise<"mish">(
///         [](auto x) { return x * std::tanh(std::log1p(std::exp(x))); },
///         [](auto x) { return tanh(softplus(x)) + hadamard(x, hadamard(1_c - square(tanh(softplus(x))), sigmoid(x))); });
///     constexpr auto loss = sum(mish(W * x));
template <detail::name Name, class Function, class Derivative>
constexpr auto elementwise(Function, Derivative) {
  static_assert(std::is_empty_v<Function> && std::is_default_constructible_v<Function> && std::is_empty_v<Derivative> &&
                    std::is_default_constructible_v<Derivative>,
                "ctgrad: elementwise: the function and its derivative must be without captures");
  return detail::elementwise_function<Name, Function, Derivative>{};
}

}  // namespace ctgrad
