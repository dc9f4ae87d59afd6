// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IArbExecutor} from "./interfaces/IArbExecutor.sol";
import {IV2Callee} from "./interfaces/IV2Callee.sol";
import {IV2Pair} from "./interfaces/IV2Pair.sol";
import {V2Math} from "./libraries/V2Math.sol";
import {Hop} from "./types/Hop.sol";
import {Trade} from "./types/Trade.sol";

/// @title Executes two-hop arbitrage for one owner.
/// @author Trigate
/// @notice Holds the owner's tokens, trades on the owner's word, keeps no state between transactions.
/// @dev Reentrancy: every entry point but the callback belongs to the owner, and the callback only passes while `_loan`
/// holds its hash, which is cleared on the first pass. Nothing is written to storage, so there is no state to catch
/// half way, and the balance is compared at the end of every trade.
contract ArbExecutor is IArbExecutor, IV2Callee {
    using SafeERC20 for IERC20;

    /// @dev What the callback of a flash swap has to do.
    struct Repayment {
        IERC20 token;
        Hop first;
        uint112 amountIn;
        uint112 amountBetween;
    }

    address private immutable _OWNER;

    /// @dev Hash of the lending pair and the repayment while a loan is out, else zero. Transient, so no loan outlives
    /// its transaction.
    bytes32 private transient _loan;

    modifier onlyOwner() {
        if (msg.sender != _OWNER) revert ArbExecutorNotOwner(msg.sender);
        _;
    }

    /// @notice Deploys an executor for one owner.
    /// @param owner_ The only account that may trade and withdraw; not the zero address.
    constructor(address owner_) {
        if (owner_ == address(0)) revert ArbExecutorZeroOwner();
        _OWNER = owner_;
    }

    /// @inheritdoc IArbExecutor
    function tradeOwnFunds(Hop first, Hop second, Trade trade) external onlyOwner returns (uint256 profit) {
        (uint112 amountBetween, uint112 received) = _price(first, second, trade);
        IERC20 token = _tokenSold(first);
        uint256 balanceBefore = token.balanceOf(address(this));
        uint112 amountIn = trade.amountIn();
        if (balanceBefore < amountIn) revert ArbExecutorInsufficientBalance(balanceBefore, amountIn);

        token.safeTransfer(first.pair(), amountIn);
        _swap({hop: first, amountOut: amountBetween, to: second.pair(), data: ""});
        _swap({hop: second, amountOut: received, to: address(this), data: ""});
        return _settle(token, balanceBefore, trade);
    }

    /// @inheritdoc IArbExecutor
    function tradeFlashSwap(Hop first, Hop second, Trade trade) external onlyOwner returns (uint256 profit) {
        (uint112 amountBetween, uint112 received) = _price(first, second, trade);
        IERC20 token = _tokenSold(first);
        uint256 balanceBefore = token.balanceOf(address(this));

        bytes memory repayment = abi.encode(
            Repayment({token: token, first: first, amountIn: trade.amountIn(), amountBetween: amountBetween})
        );
        _loan = keccak256(bytes.concat(repayment, bytes20(second.pair())));
        _swap({hop: second, amountOut: received, to: address(this), data: repayment});
        return _settle(token, balanceBefore, trade);
    }

    /// @inheritdoc IV2Callee
    function uniswapV2Call(address sender, uint256, uint256, bytes calldata data) external {
        if (sender != address(this) || keccak256(bytes.concat(data, bytes20(msg.sender))) != _loan) {
            revert ArbExecutorUnexpectedCallback(msg.sender, sender);
        }
        _loan = 0;
        Repayment memory repayment = abi.decode(data, (Repayment));
        repayment.token.safeTransfer(repayment.first.pair(), repayment.amountIn);
        // The first pair pays the lender directly, which saves one transfer.
        _swap({hop: repayment.first, amountOut: repayment.amountBetween, to: msg.sender, data: ""});
    }

    /// @inheritdoc IArbExecutor
    function withdraw(address token, address to, uint256 amount) external onlyOwner {
        IERC20(token).safeTransfer(to, amount);
        emit ArbWithdrawn(token, to, amount);
    }

    /// @inheritdoc IArbExecutor
    function owner() external view returns (address account) {
        return _OWNER;
    }

    /// @dev Compares with the balance before, so that a trade which lost money anywhere is undone as a whole.
    function _settle(IERC20 token, uint256 balanceBefore, Trade trade) private returns (uint256 profit) {
        uint256 balance = token.balanceOf(address(this));
        uint256 required = balanceBefore + trade.minProfit();
        if (balance < required) revert ArbExecutorShortDelivery(balance, required);
        profit = balance - balanceBefore;
        emit ArbExecuted(address(token), trade.amountIn(), profit);
    }

    function _swap(Hop hop, uint256 amountOut, address to, bytes memory data) private {
        (uint256 amount0Out, uint256 amount1Out) = hop.zeroForOne() ? (uint256(0), amountOut) : (amountOut, uint256(0));
        IV2Pair(hop.pair()).swap({amount0Out: amount0Out, amount1Out: amount1Out, to: to, data: data});
    }

    /// @dev Prices both hops before any token moves: a trade that came too late then costs its sender the least gas.
    function _price(Hop first, Hop second, Trade trade) private view returns (uint112 amountBetween, uint112 received) {
        first.check();
        second.check();
        trade.check();
        amountBetween = _quote(first, trade.amountIn());
        received = _quote(second, amountBetween);
        uint256 required = uint256(trade.amountIn()) + trade.minProfit();
        if (received < required) revert ArbExecutorProfitTooLow(received, required);
    }

    function _quote(Hop hop, uint112 amountIn) private view returns (uint112 amountOut) {
        (uint112 reserveIn, uint112 reserveOut,) = IV2Pair(hop.pair()).getReserves();
        if (!hop.zeroForOne()) (reserveIn, reserveOut) = (reserveOut, reserveIn);
        return V2Math.quote(amountIn, reserveIn, reserveOut, hop.feePips());
    }

    function _tokenSold(Hop hop) private view returns (IERC20 token) {
        IV2Pair pair = IV2Pair(hop.pair());
        return IERC20(hop.zeroForOne() ? pair.token0() : pair.token1());
    }
}
