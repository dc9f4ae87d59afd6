// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that anybody can mint, for tests.
/// @author Trigate
/// @notice An ERC-20 by OpenZeppelin with 18 decimals.
contract TestToken is ERC20 {
    /// @notice Deploys a token without supply.
    constructor() ERC20("Test dollar", "TUSD") {}

    /// @notice Creates tokens.
    /// @param to The receiver.
    /// @param amount Base units.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
