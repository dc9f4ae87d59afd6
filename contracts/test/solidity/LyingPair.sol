// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IV2Callee} from "../../src/interfaces/IV2Callee.sol";
import {IV2Pair} from "../../src/interfaces/IV2Pair.sol";

/// @title A pair that shows fine reserves and does not keep to them, for tests.
/// @author Trigate
/// @notice Honest until told otherwise.
contract LyingPair is IV2Pair {
    using SafeERC20 for IERC20;

    address private immutable _TOKEN0;
    address private immutable _TOKEN1;

    LyingPair private _accomplice;
    bytes private _forgedData;
    address private _forgedInitiator;
    uint256 private _callbacks = 1;
    uint256 private _withheld;

    /// @notice Deploys a pair of two tokens; who wants reserves sends the tokens to it.
    /// @param token0_ The token with the lower address.
    /// @param token1_ The token with the higher address.
    constructor(address token0_, address token1_) {
        _TOKEN0 = token0_;
        _TOKEN1 = token1_;
    }

    /// @notice Makes the pair leave the callback to another one.
    /// @param accomplice Who calls back instead.
    function sendAccomplice(LyingPair accomplice) external {
        _accomplice = accomplice;
    }

    /// @notice Makes the pair hand other data than it was given to the callback.
    /// @param data The forged data.
    function forgeData(bytes calldata data) external {
        _forgedData = data;
    }

    /// @notice Makes the pair name another initiator in the callback.
    /// @param initiator The forged initiator.
    function forgeInitiator(address initiator) external {
        _forgedInitiator = initiator;
    }

    /// @notice Makes the pair call back more than once.
    /// @param count How often.
    function setCallbacks(uint256 count) external {
        _callbacks = count;
    }

    /// @notice Makes the pair keep back a part of what it owes.
    /// @param amount Base units kept.
    function withhold(uint256 amount) external {
        _withheld = amount;
    }

    /// @inheritdoc IV2Pair
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external {
        if (amount0Out > 0) IERC20(_TOKEN0).safeTransfer(to, amount0Out - _withheld);
        if (amount1Out > 0) IERC20(_TOKEN1).safeTransfer(to, amount1Out - _withheld);
        if (data.length == 0) return;
        address initiator = _forgedInitiator == address(0) ? msg.sender : _forgedInitiator;
        bytes memory message = data;
        if (_forgedData.length != 0) message = _forgedData;
        for (uint256 i = 0; i < _callbacks; ++i) {
            if (address(_accomplice) == address(0)) _callBack(to, initiator, message);
            else _accomplice.callBack(to, initiator, message);
        }
    }

    /// @notice Calls back for another pair.
    /// @param to Who is called back.
    /// @param initiator Who started the flash swap.
    /// @param data The data given to the other pair.
    function callBack(address to, address initiator, bytes calldata data) external {
        _callBack(to, initiator, data);
    }

    /// @inheritdoc IV2Pair
    function getReserves() external view returns (uint112 reserve0, uint112 reserve1, uint32 blockTimestampLast) {
        reserve0 = uint112(IERC20(_TOKEN0).balanceOf(address(this)));
        reserve1 = uint112(IERC20(_TOKEN1).balanceOf(address(this)));
        blockTimestampLast = 0;
    }

    /// @inheritdoc IV2Pair
    function token0() external view returns (address token) {
        return _TOKEN0;
    }

    /// @inheritdoc IV2Pair
    function token1() external view returns (address token) {
        return _TOKEN1;
    }

    function _callBack(address to, address initiator, bytes memory data) private {
        IV2Callee(to).uniswapV2Call({sender: initiator, amount0: 0, amount1: 0, data: data});
    }
}
