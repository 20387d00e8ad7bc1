#include "engine/expr/parser.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/expr/foreign_syntax.h"
#include "engine/expr/lexer.h"
#include "engine/expr/literal.h"
#include "engine/expr/macros.h"

namespace stratagem::expr {
namespace {

struct Operator {
  TokenKind token;
  int level;  // Higher binds tighter.
  const char* function;
};

constexpr int kRelationLevel = 1;
constexpr int kAdditionLevel = 2;
constexpr int kMultiplicationLevel = 3;

// Left-associative operators below && in strength.
constexpr Operator kOperators[] = {
    {TokenKind::kEqual, kRelationLevel, "_==_"},
    {TokenKind::kNotEqual, kRelationLevel, "_!=_"},
    {TokenKind::kLess, kRelationLevel, "_<_"},
    {TokenKind::kLessEqual, kRelationLevel, "_<=_"},
    {TokenKind::kGreater, kRelationLevel, "_>_"},
    {TokenKind::kGreaterEqual, kRelationLevel, "_>=_"},
    {TokenKind::kIn, kRelationLevel, "@in"},
    {TokenKind::kPlus, kAdditionLevel, "_+_"},
    {TokenKind::kMinus, kAdditionLevel, "_-_"},
    {TokenKind::kStar, kMultiplicationLevel, "_*_"},
    {TokenKind::kSlash, kMultiplicationLevel, "_/_"},
    {TokenKind::kPercent, kMultiplicationLevel, "_%_"},
};

const Operator* FindOperator(TokenKind token, int level_min) {
  for (const Operator& op : kOperators) {
    if (op.token == token && op.level >= level_min) return &op;
  }
  return nullptr;
}

// What a token that names a field says.
std::string FieldName(const Token& token) {
  const bool quoted = token.kind == TokenKind::kQuotedIdentifier;
  return std::string(quoted ? token.text.substr(1, token.text.size() - 2)
                            : token.text);
}

bool NamesField(const Token& token) {
  return token.kind == TokenKind::kIdentifier ||
         token.kind == TokenKind::kReserved ||
         token.kind == TokenKind::kQuotedIdentifier;
}

// The token's text, cut when it is long.
std::string Shown(const Token& token) {
  constexpr size_t kShown = 40;
  if (token.text.size() <= kShown) return std::string(token.text);
  // A cut through a character would not be valid UTF-8.
  size_t size = kShown;
  while (size > 0 && (token.text[size] & 0xC0) == 0x80) --size;
  return absl::StrCat(token.text.substr(0, size), "…");
}

// Each Parse… method returns the node that it read, or kNoNode after an error.
// The first error turns the current token into kEnd, which ends every loop, and
// no later one is reported.
class Parser {
 public:
  Parser(const SourceText& source, Diagnostics& diagnostics,
         ParseOptions options)
      : source_(source),
        diagnostics_(diagnostics),
        options_(options),
        lexer_(source.text()) {}

  std::optional<Ast> Run() {
    if (source_.text().size() > kExpressionBytesMax) {
      Fail("E102", 0,
           absl::StrCat("the expression has ", source_.text().size(),
                        " bytes, more than ", kExpressionBytesMax),
           "split it into variables");
      return std::nullopt;
    }
    Advance();
    if (token_.kind == TokenKind::kEnd) {
      Fail("E101", 0, "the expression is empty",
           "write what it yields, such as `true`");
    }
    ast_.root = ParseExpression();
    if (token_.kind != TokenKind::kEnd) {
      Expected("an operator or the end", "", TokenKind::kEnd);
    }
    if (failed_ || bad_literals_) return std::nullopt;
    return std::move(ast_);
  }

 private:
  // One level of recursion; !ok() means that the limit is reached.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) {
      if (++parser_.level_ > kExpressionDepthMax) parser_.TooDeep();
    }
    ~Level() { --parser_.level_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    bool ok() const { return !parser_.failed_; }

   private:
    Parser& parser_;
  };

  void Advance() {
    if (failed_) return;
    previous_ = token_;
    token_ = lexer_.Next();
    if (token_.kind == TokenKind::kError) {
      Fail("E101", token_.offset, lexer_.error(), lexer_.hint());
    }
  }

  void Fail(absl::string_view code, size_t offset, std::string message,
            std::string hint = "") {
    if (!failed_) {
      diagnostics_.AddError(code, source_.Locate(offset), std::move(message),
                            std::move(hint));
    }
    failed_ = true;
    token_ = {TokenKind::kEnd, source_.text().size(), {}};
  }

  // In the words of other CEL parsers, which tools look for. The current token
  // is too much when `wanted` comes right after it.
  NodeId Expected(absl::string_view what, std::string hint = "",
                  std::optional<TokenKind> wanted = std::nullopt) {
    const bool at_end = token_.kind == TokenKind::kEnd;
    if (at_end && hint.empty()) hint = "the expression ends too early";
    const std::string foreign = MisusedWordHint();
    if (!foreign.empty()) hint = foreign;
    const bool extra = !at_end && wanted && Lexer(lexer_).Next().kind == wanted;
    Fail("E101", token_.offset,
         absl::StrCat(extra ? "extraneous" : "mismatched", " input '",
                      at_end ? "<EOF>" : Shown(token_), "', expected ", what),
         std::move(hint));
    return kNoNode;
  }

  // What to write for a word of another language, which the current token is or
  // follows: `a and b`, `not a`.
  std::string MisusedWordHint() const {
    if (token_.kind == TokenKind::kIdentifier ||
        token_.kind == TokenKind::kReserved) {
      const std::string hint = ForeignWordHint(token_.text);
      if (!hint.empty()) return hint;
    }
    return previous_.kind == TokenKind::kIdentifier
               ? ForeignWordHint(previous_.text)
               : "";
  }

  void TooDeep() {
    Fail("E102", token_.offset,
         absl::StrCat("the expression nests deeper than ", kExpressionDepthMax,
                      " levels"),
         "split it into variables");
  }

  bool Accept(TokenKind kind) {
    if (token_.kind != kind) return false;
    Advance();
    return true;
  }

  bool Require(TokenKind kind, absl::string_view what) {
    if (failed_) return false;
    if (Accept(kind)) return !failed_;
    Expected(what, "", kind);
    return false;
  }

  // The bracket that closes the one at `opened`.
  bool RequireClosing(TokenKind kind, absl::string_view what, size_t opened) {
    if (failed_ || token_.kind != TokenKind::kEnd) return Require(kind, what);
    const SourceLocation place = source_.Locate(opened);
    Expected(what, absl::StrCat("the `", source_.text().substr(opened, 1),
                                "` of line ", place.line, ", column ",
                                place.column, " is not closed"));
    return false;
  }

  // Adds a node. LIMIT: kExpressionDepthMax levels of nodes, so that whoever
  // walks the tree later may recurse.
  NodeId Add(Node node, size_t offset) {
    if (failed_) return kNoNode;
    int depth = 1;
    ForEachChild(std::as_const(node), [&](NodeId child) {
      depth = std::max(depth, depths_[child] + 1);
    });
    if (depth > kExpressionDepthMax) {
      TooDeep();
      return kNoNode;
    }
    ast_.nodes.push_back(std::move(node));
    ast_.offsets.push_back(offset);
    depths_.push_back(depth);
    return static_cast<NodeId>(ast_.nodes.size() - 1);
  }

  NodeId AddCall(std::string function, size_t offset,
                 std::vector<NodeId> arguments) {
    return Add(CallNode{std::move(function), kNoNode, std::move(arguments)},
               offset);
  }

  NodeId AddConstant(const Value& value, size_t offset) {
    return Add(ConstantNode{value}, offset);
  }

  NodeId ParseExpression();
  NodeId ParseLogic(TokenKind token);
  NodeId Balance(const char* function, const std::vector<NodeId>& operands,
                 const std::vector<size_t>& offsets, size_t first, size_t last);
  NodeId ParseOperators(int level_min);
  NodeId ParseUnary();
  NodeId ParseMember(std::optional<size_t> minus);
  NodeId ParseSelection(NodeId operand, bool& plain);
  NodeId ParseIndex(NodeId operand);
  NodeId ParsePrimary(std::optional<size_t> minus);
  NodeId ParseName();
  NodeId ParseCall(std::string function, NodeId target, size_t offset);
  NodeId ParseList();
  NodeId ParseMap();
  NodeId ParseStruct(NodeId type);
  NodeId ParseNumber(std::optional<size_t> minus);
  NodeId ParseText();

  const SourceText& source_;
  Diagnostics& diagnostics_;
  const ParseOptions options_;
  Lexer lexer_;
  Token token_;
  Token previous_;
  Ast ast_;
  std::vector<int> depths_ = {0};  // Of each node.
  int level_ = 0;
  bool failed_ = false;
  bool bad_literals_ = false;
};

// Expr = Or ["?" Or ":" Expr]
NodeId Parser::ParseExpression() {
  const Level level(*this);
  if (!level.ok()) return kNoNode;
  const NodeId condition = ParseLogic(TokenKind::kOr);
  if (token_.kind != TokenKind::kQuestion) return condition;
  const size_t offset = token_.offset;
  Advance();
  const NodeId yes = ParseLogic(TokenKind::kOr);
  if (!Require(TokenKind::kColon, "`:` of the conditional")) return kNoNode;
  const NodeId no = ParseExpression();
  return AddCall("_?_:_", offset, {condition, yes, no});
}

// Or = And {"||" And}; And = Relation {"&&" Relation}
NodeId Parser::ParseLogic(TokenKind token) {
  const bool is_or = token == TokenKind::kOr;
  const auto next = [this, is_or] {
    return is_or ? ParseLogic(TokenKind::kAnd) : ParseOperators(kRelationLevel);
  };
  const NodeId first = next();
  if (token_.kind != token) return first;
  std::vector<NodeId> operands = {first};
  std::vector<size_t> offsets;
  while (token_.kind == token) {
    offsets.push_back(token_.offset);
    Advance();
    operands.push_back(next());
  }
  if (failed_) return kNoNode;
  return Balance(is_or ? "_||_" : "_&&_", operands, offsets, 0,
                 operands.size() - 1);
}

// Long chains become balanced trees: logic is associative, and depth stays
// logarithmic in what an author may list.
NodeId Parser::Balance(const char* function,
                       const std::vector<NodeId>& operands,
                       const std::vector<size_t>& offsets, size_t first,
                       size_t last) {
  if (first == last) return operands[first];
  const size_t middle = first + (last - first) / 2;
  const NodeId left = Balance(function, operands, offsets, first, middle);
  const NodeId right = Balance(function, operands, offsets, middle + 1, last);
  return AddCall(function, offsets[middle], {left, right});
}

NodeId Parser::ParseOperators(int level_min) {
  NodeId left = ParseUnary();
  while (const Operator* op = FindOperator(token_.kind, level_min)) {
    const size_t offset = token_.offset;
    Advance();
    const NodeId right = ParseOperators(op->level + 1);
    left = AddCall(op->function, offset, {left, right});
  }
  return left;
}

// Unary = Member | "!" {"!"} Member | "-" {"-"} Member. The last minus belongs
// to a number that follows it, so that the smallest int can be written.
NodeId Parser::ParseUnary() {
  const TokenKind sign = token_.kind;
  if (sign != TokenKind::kNot && sign != TokenKind::kMinus) {
    return ParseMember(std::nullopt);
  }
  std::vector<size_t> offsets;
  while (token_.kind == sign) {
    offsets.push_back(token_.offset);
    Advance();
  }
  std::optional<size_t> minus;
  if (sign == TokenKind::kMinus &&
      (token_.kind == TokenKind::kInt || token_.kind == TokenKind::kDouble)) {
    minus = offsets.back();
    offsets.pop_back();
  }
  NodeId node = ParseMember(minus);
  for (; !offsets.empty(); offsets.pop_back()) {
    node =
        AddCall(sign == TokenKind::kNot ? "!_" : "-_", offsets.back(), {node});
  }
  return node;
}

NodeId Parser::ParseMember(std::optional<size_t> minus) {
  // Only a plain dotted name may name the type of a struct.
  bool plain =
      token_.kind == TokenKind::kIdentifier || token_.kind == TokenKind::kDot;
  NodeId node = ParsePrimary(minus);
  while (!failed_) {
    if (token_.kind == TokenKind::kDot) {
      node = ParseSelection(node, plain);
    } else if (token_.kind == TokenKind::kLeftBrace && plain &&
               !DottedName(ast_, node).empty()) {
      plain = false;
      node = ParseStruct(node);
    } else if (token_.kind == TokenKind::kLeftBracket) {
      node = ParseIndex(node);
    } else {
      break;
    }
  }
  return node;
}

NodeId Parser::ParseSelection(NodeId operand, bool& plain) {
  Advance();
  const bool optional = Accept(TokenKind::kQuestion);
  const Token name = token_;
  if (!NamesField(name)) return Expected("a field or method name after `.`");
  Advance();
  const bool quoted = name.kind == TokenKind::kQuotedIdentifier;
  plain = plain && !quoted;
  if (token_.kind == TokenKind::kLeftParen && !optional && !quoted) {
    plain = false;
    return ParseCall(std::string(name.text), operand, name.offset);
  }
  SelectNode select;
  select.operand = operand;
  select.field = FieldName(name);
  select.optional = optional;
  return Add(std::move(select), name.offset);
}

NodeId Parser::ParseIndex(NodeId operand) {
  const size_t offset = token_.offset;
  Advance();
  const bool optional = Accept(TokenKind::kQuestion);
  const NodeId index = ParseExpression();
  if (!RequireClosing(TokenKind::kRightBracket, "`]`", offset)) return kNoNode;
  return AddCall(optional ? "_[?_]" : "_[_]", offset, {operand, index});
}

NodeId Parser::ParsePrimary(std::optional<size_t> minus) {
  const size_t offset = token_.offset;
  switch (token_.kind) {
    case TokenKind::kIdentifier:
    case TokenKind::kDot:
      return ParseName();
    case TokenKind::kLeftParen: {
      Advance();
      const NodeId inner = ParseExpression();
      return RequireClosing(TokenKind::kRightParen, "`)`", offset) ? inner
                                                                   : kNoNode;
    }
    case TokenKind::kLeftBracket:
      return ParseList();
    case TokenKind::kLeftBrace:
      return ParseMap();
    case TokenKind::kInt:
    case TokenKind::kUint:
    case TokenKind::kDouble:
      return ParseNumber(minus);
    case TokenKind::kString:
    case TokenKind::kBytes:
      return ParseText();
    case TokenKind::kTrue:
    case TokenKind::kFalse: {
      const bool value = token_.kind == TokenKind::kTrue;
      Advance();
      return AddConstant(Value::Bool(value), offset);
    }
    case TokenKind::kNull:
      Advance();
      return AddConstant(Value::Null(), offset);
    case TokenKind::kReserved:
      return Expected(
          "an expression",
          absl::StrCat("`", token_.text, "` is a reserved word of CEL"));
    default:
      return Expected("an expression");
  }
}

NodeId Parser::ParseName() {
  const size_t offset = token_.offset;
  const bool absolute = Accept(TokenKind::kDot);
  if (token_.kind != TokenKind::kIdentifier) return Expected("a name");
  std::string name(token_.text);
  Advance();
  if (token_.kind == TokenKind::kLeftParen) {
    return ParseCall(absl::StrCat(absolute ? "." : "", name), kNoNode, offset);
  }
  return Add(NameNode{std::move(name), absolute}, offset);
}

NodeId Parser::ParseCall(std::string function, NodeId target, size_t offset) {
  const size_t opened = token_.offset;
  Advance();
  CallNode call{std::move(function), target, {}};
  while (token_.kind != TokenKind::kRightParen) {
    call.arguments.push_back(ParseExpression());
    if (!Accept(TokenKind::kComma)) break;
    if (token_.kind == TokenKind::kRightParen) return Expected("an argument");
  }
  if (!RequireClosing(TokenKind::kRightParen, "`,` or `)`", opened)) {
    return kNoNode;
  }
  if (!options_.macros) return Add(std::move(call), offset);
  std::optional<Expansion> expansion = ExpandMacro(
      ast_, call,
      [this, offset](Node node) { return Add(std::move(node), offset); });
  if (!expansion) return Add(std::move(call), offset);
  if (!expansion->message.empty()) {
    Fail("E101", ast_.offsets[expansion->at], std::move(expansion->message),
         std::move(expansion->hint));
    return kNoNode;
  }
  return expansion->node;
}

NodeId Parser::ParseList() {
  const size_t offset = token_.offset;
  Advance();
  ListNode list;
  while (token_.kind != TokenKind::kRightBracket) {
    const bool optional = Accept(TokenKind::kQuestion);
    list.items.push_back({ParseExpression(), optional});
    if (!Accept(TokenKind::kComma)) break;
  }
  if (!RequireClosing(TokenKind::kRightBracket, "`,` or `]`", offset)) {
    return kNoNode;
  }
  return Add(std::move(list), offset);
}

NodeId Parser::ParseMap() {
  const size_t offset = token_.offset;
  Advance();
  MapNode map;
  while (token_.kind != TokenKind::kRightBrace) {
    const bool optional = Accept(TokenKind::kQuestion);
    const NodeId key = ParseExpression();
    if (!Require(TokenKind::kColon, "`:` after the key")) return kNoNode;
    const NodeId value = ParseExpression();
    map.entries.push_back({key, value, optional});
    if (!Accept(TokenKind::kComma)) break;
  }
  if (!RequireClosing(TokenKind::kRightBrace, "`,` or `}`", offset)) {
    return kNoNode;
  }
  return Add(std::move(map), offset);
}

// The fields of `type`, a dotted name: Type{field: value, ?field: optional}.
NodeId Parser::ParseStruct(NodeId type) {
  const size_t offset = ast_.offsets[ChainRoot(ast_, type)];
  const size_t opened = token_.offset;
  Advance();
  StructNode node;
  node.type = DottedName(ast_, type);
  while (token_.kind != TokenKind::kRightBrace) {
    const bool optional = Accept(TokenKind::kQuestion);
    const Token name = token_;
    if (!NamesField(name)) return Expected("a field name or `}`");
    Advance();
    if (!Require(TokenKind::kColon, "`:` after the field")) return kNoNode;
    node.fields.push_back({FieldName(name), ParseExpression(), optional});
    if (!Accept(TokenKind::kComma)) break;
  }
  if (!RequireClosing(TokenKind::kRightBrace, "`,` or `}`", opened)) {
    return kNoNode;
  }
  return Add(std::move(node), offset);
}

NodeId Parser::ParseNumber(std::optional<size_t> minus) {
  const Token token = token_;
  const size_t offset = minus.value_or(token.offset);
  Advance();
  if (token.kind == TokenKind::kDouble) {
    const double value = ReadDouble(token.text);
    return AddConstant(Value::Double(minus ? -value : value), offset);
  }
  std::optional<Value> value;
  if (token.kind == TokenKind::kUint) {
    if (const auto number = ReadUint(token.text)) value = Value::Uint(*number);
  } else if (const auto number = ReadInt(token.text, minus.has_value())) {
    value = Value::Int(*number);
  }
  if (!value) {
    bad_literals_ = true;
    diagnostics_.AddError(
        "E117", source_.Locate(offset),
        absl::StrCat("`", Shown(token), "` does not fit into ",
                     token.kind == TokenKind::kUint ? "a uint" : "an int"),
        "write a double, such as 1e20");
    value = Value::Int(0);
  }
  return AddConstant(*value, offset);
}

NodeId Parser::ParseText() {
  const Token token = token_;
  std::string text;
  if (const auto fault = ReadText(token.text, text)) {
    Fail("E101", token.offset + fault->offset, fault->message);
    return kNoNode;
  }
  Advance();
  const absl::string_view kept = ast_.arena.CopyString(text);
  return AddConstant(token.kind == TokenKind::kBytes ? Value::Bytes(kept)
                                                     : Value::String(kept),
                     token.offset);
}

}  // namespace

std::optional<Ast> Parse(const SourceText& source, Diagnostics& diagnostics,
                         ParseOptions options) {
  return Parser(source, diagnostics, options).Run();
}

}  // namespace stratagem::expr
